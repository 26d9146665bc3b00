/// The templates that plain text knows, by family: the one place to add one.
///
/// A template that is not here leaves a gap, and the value or sentence around it is dropped under its name.
enum ValueTemplates {
    /// What a template shows.
    indirect enum Family {
        /// Nothing: references, icons, marks of rise and fall, maintenance.
        case nothing
        /// Nothing, and brackets that were only put around it go too: pronunciations, coordinates.
        case aside
        /// A fixed text.
        case text(String)
        /// A new item of a list.
        case itemBreak
        /// The first of these parameters that is given.
        case argument([String])
        /// The last positional parameter: the ones before are options.
        case lastArgument
        /// Each positional parameter is an item.
        case list
        /// All positional parameters in a row.
        case joined(String)
        /// A country by name or code, linked.
        case country
        /// A country by name or code, which links to something else (a team), and so is not linked.
        case team
        /// Year, month, day in the first three parameters.
        case date
        /// Groups of year, month, day, place.
        case dates
        /// A date as text in the first parameter, or like `date`.
        case dateText
        /// `{{convert|6650|km|mi}}`: the quantity as given.
        case conversion
        /// `{{height|ft=6|in=2}}`
        case height
        /// A number, to be shown with its thousands grouped.
        case number
        /// `{{val|1.5|e=6|u=km}}`
        case scientificNumber
        /// An amount after its currency's sign.
        case currency(String)
        /// `{{sortname|Ada|Lovelace}}`
        case sortName
        /// `{{frac|1|2}}`
        case fraction
        /// An approximate date: unusable as a value, "c. 1450" in running text.
        case circa
        /// `{{as of|2014}}`
        case asOf
        /// Not usable, for this reason.
        case gap(String)
    }

    /// By normalised name in lower case.
    static func family(_ name: String) -> Family? {
        let key = name.lowercased()
        if let family = exact[key] { return family }
        if let rule = prefixes.first(where: { key.utf8.starts(with: $0.0.utf8) }) { return rule.1 }
        return CountryCodes.isCode(name) ? .country : nil
    }

    /// Families of names too many to list.
    private static let prefixes: [(String, Family)] = [
        ("cite ", .nothing), ("citation", .nothing), ("harv", .nothing), ("sfn", .nothing), ("efn", .nothing),
        ("refn", .nothing), ("flagicon", .nothing), ("flag icon", .nothing), ("flagdeco", .nothing),
        ("ipa", .aside), ("lang-", .argument(["1"])), ("langx", .argument(["2"])), ("pp-", .nothing),
        ("use dmy", .nothing), ("use mdy", .nothing), ("bots", .nothing),
    ]

    private static let exact: [String: Family] = {
        var table: [String: Family] = [:]
        for (family, names) in families {
            for name in names.split(separator: "|") { table[String(name)] = family }
        }
        return table
    }()

    private static let families: [(Family, String)] = [
        // References, notes, marks and other things that stand beside a value.
        (
            .nothing,
            """
            r|rp|ref|ref label|note|note label|notetag|cref|cnote|sup ref|ref name|reflist|cn|fact|citation needed|\
            cite|source needed|dubious|better source|better source needed|verify source|failed verification|vague|when|\
            who|which|clarify|by whom|according to whom|update after|update inline|as of?|dead link|webarchive|cbignore|\
            wayback|primary source inline|self-published inline|unreliable source?|page needed|full citation needed|\
            elucidate|specify|not in source|undue inline|pov statement|original research inline|says who|discuss|\
            increase|decrease|steady|profit|loss|gain|increasenegative|decreasepositive|increaseneutral|\
            decreaseneutral|decreasenegative|up|down|nochange|no change|positive decrease|negative increase|\
            anchor|visible anchor target|clear|-|clr|·wrap|nowrap begin|nowrap end|wrap|wbr|shy|zwj|zwnj|0|00|000|\
            figure space|dagger|double-dagger|ddagger|asterisk|kia|executed|mia|wia|pow|star|goldstar|blue star|\
            post-nominals|postnominals|post nominals|audio|listen|pronunciation|respell|pronunciation needed|\
            plainlist/end|endplainlist|end plainlist|flatlist/end|endflatlist|end flatlist|hlist/end|endhlist|\
            startplainlist|startflatlist|plainlist start|flatlist start|flatlist begin|plainlist begin|\
            unbulleted list end|columns-list end|div col|div col end|col-begin|col-end|col-break|col-2|colbegin|colend|\
            flag icon image|flagg|country flag|legend|legend inline|legend0|legend2|colorbox|color box|color sample|colour box|\
            ribbon devices|image label|image label begin|decrease2|rise|fall|stable|hidden ref|no footnotes|toclimit|\
            toc limit|toc|short description|italic title|italictitle|lowercase title|lowercase|displaytitle|defaultsort|\
            good article|featured article|small caps end|protected|coi|pov|unreferenced|refimprove|cleanup|update|\
            ref improve|more citations needed|multiple issues|expand|infobox mapframe|maplink|wikidata fallback link|\
            engvarb|use british english|use american english|use indian english|use australian english|\
            use oxford spelling|use canadian english|about|redirect|redirect2|redirect-several|for|other uses|otheruses|\
            otheruses4|other uses of|two other uses|distinguish|distinguish2|hatnote|dablink|main|see also|further|\
            confused|not to be confused with|other people|other places|other people2|for2|redirect-distinguish|\
            family name hatnote|chinese name|korean name|japanese name|spanish name|eastern name order|\
            eastern slavic name|vietnamese name|hungarian name|portuguese name|icelandic name|indian name|malay name|\
            portal|portal bar|commons|commons category|sister project links|wiktionary|featured list|article issues|\
            sprotect|semiprotected|protection padlock|pagename|spoken wikipedia|coord missing|italic title prefixed|\
            special characters|contains special characters|contains chinese text|contains japanese text|specialchars|\
            contains indic text|indic text|contains cyrillic text|year article header|correct title|technical title|\
            speciesbox/wrap|speciesbox|top icon|good topic|refbegin|refend|notelist|use list-defined references|\
            globalize|unreliable sources|lead too short|lead missing|tone|advert|blp sources|blp unsourced|recentism|\
            very long|weasel|copyedit|copy edit|essay-like|in-universe|plot|current|recent death|under construction|\
            in use|inuse|orphan|notability|prose|original research|disputed|update section|bare urls
            """
        ),
        (
            .aside,
            """
            coord|coords|coordinates|location map|pron|pron-en|usdict|transliteration box|zh|cjkv|nihongo2|ipac-en|\
            pronounced|respelling|hebrew name|arabic name|zh-all|contains|oldstyledate note|old style note|audio-nohelp|\
            audio-ipa|wiktionary inline|linktext note
            """
        ),
        // Blanks, dashes and signs.
        (
            .text(" "),
            "nbsp|space|spaces|thinsp|thin space|ensp|em space|emsp|hair space|hairsp|spc|pad|px2|zwsp|0|sp|quad|indent"
        ),
        (.text(" – "), "snd|spaced ndash|spnd|sndash|spaced en dash|nsndns|dash|spaced en dash space"),
        (.text("–"), "ndash|en dash|endash"),
        (.text("—"), "mdash|em dash|emdash|em dash space"),
        (.text("'"), "'|apostrophe"), (.text("'s"), "'s"), (.text("="), "="), (.text("\""), "'\"|\"'"),
        (.text("×"), "times|x"), (.text("−"), "minus"), (.text("&"), "ampersand|amp"), (.text("π"), "pi"),
        (.text("±"), "plusminus|±"), (.text("♭"), "flat|music flat"), (.text("♯"), "sharp"), (.text("..."), "..."),
        (.itemBreak, "·|•|*|bullet|dot|middot|bull|break|br|crlf|nl|-br|hr|,|pipe separator|w|\\|"),
        // Things around one text.
        (
            .argument(["1"]),
            """
            nowrap|no wrap|nobr|nobreak|nowraplinks|nowrap links|small|smaller|smalldiv|big|larger|large|huge|nobold|\
            nobold2|normal|noitalic|no italic|noitalics|avoid wrap|abbr|abbrlink|tooltip|sronly|center|centre|\
            left|right|plainlink|plain link|unicode|smallcaps|small caps|sc|sc1|allcaps|nastaliq|big2|nq|smallsup|\
            smallsub|sup|sub|bold|strong|italic|italics|em|var|mvar|code|samp|kbd|tt|keypress|mono|monospace|title case|\
            marriage|married|nihongo|nihongo3|nihongo krt|korean|ill|interlanguage link|interlanguage link multi|red link|\
            illm|link-interwiki|baseball year|by|mlby|mlb year|nba year|nfl year|nhl year|scotus year|uss year|\
            ill2|visible anchor|vanchor|vis anchor|sic|as written|not a typo|typo|proper name|noexternallanglinks|\
            nsrgd|nobots text|notoc text|wikilink|iw|local link|native phrase text|plain text|raw|text|var serif|serif|\
            flagathlete|flagmedalist|flagiocathlete|player|mp link|ship name|pslink|br separated entries|shy text|\
            inflation-fn text|ct|nowrap text|gloss|resize text|wikidata text|linktext|crossreference|cross|block indent|\
            notatypo|angbr|bracket|sqb|grapheme|script|unichar text|lit|literal translation|translation|start tab|based on
            """
        ),
        (.argument(["lt", "1"]), "interlanguage link forced|ill-wd|illwd2"),
        (
            .argument(["2"]),
            "lang|native name|native phrase|nativename|sort|hs text|tooltip2|nhl|script/arabic|link with display"
        ),
        (
            .lastArgument,
            "resize|longitem|font color|fontcolor|color|colour|font|fontsize|font size|transl|transliteration|xlit|background color|bg|"
                + "highlight|ruby-none|text color|align|nobold color|larger2|rtl-lang|script/hebrew|script/nastaliq"
        ),
        // Lists.
        (
            .list,
            """
            ubl|ublist|unbulleted list|unbullet|ubt|ubil|plainlist|plain list|flatlist|flat list|hlist|hlist-comma|\
            horizontal list|cslist|bulleted list|vunblist|ordered list|collapsible list|collapsible-list|enum|\
            comma separated entries|cse|blist|bulletedlist|unordered list|startlist|vertical list|\
            indented plainlist|horizontal plainlist|nowraplist|treelist simple|tree list flat|hidden list|unbulletedlist
            """
        ),
        (.joined(""), "linktext parts|chem name|concat"),
        // Countries.
        (
            .country,
            "flag|flagcountry|flag country|flagu|flaglist|noflag|country|countryflag|flagc|flag+link|flagcu|ccode"
        ),
        (
            .team,
            "fb|fbw|fb-rt|fbu|fbicon name|flagioc|flagioc2|flagteam|cr|crw|cr-rt|ru|ruw|rl|bk|vb|hb|nft|wnft|ih|fh|flagfifa"
        ),
        // Dates.
        (
            .date,
            """
            birth date|birth date and age|birthdate|bda|dob|birth date and age2|birth date2|birth-date2|\
            death date|death date and age|dda|death date and given age|death date2|deathdate|deathdateandage|\
            birthdateandage|birthdateage|birth date and given age|birth date/catholic encyclopedia|\
            start date|startdate|start date and age|start date and years ago|start and end date start|sda|end date|enddate|\
            end date and age|release date|release date and age|launch date|opening date|opening date and age|\
            first date|date of birth|date of death|established date|formation date|start date2|end date2|\
            birth year and age|birth-year and age|birth month and age|death year and age|death month and age|birth year|\
            death year|founded date|disestablished date|show date|date ymd|dissolved date|closing date|closed date
            """
        ),
        (.dates, "film date|filmdate|film release date|television date|tv date"),
        (
            .dateText,
            """
            birth-date|birth-date and age|death-date|death-date and age|start-date|end-date|dts|date|start date text|\
            birth date text|dtsa|dts2|date table sorting|format date|formatdate|gregorian date|datestring|fdate
            """
        ),
        (
            .gap("age of today"),
            "age|age in years|age in years and days|age in days|years ago|time ago|ayd|age in years, months and days|birth based on age as of date|birth date based on age at death|age as of date|currentyear|baad|current year|today|dayssince|years or months ago|number of years since"
        ),
        (.asOf, "as of|asof"),
        // Quantities.
        (
            .conversion,
            "convert|cvt|convert/2|cv|converted|convinfobox|convert/spell|pop density|pop_density|unit convert|to km|to mi"
        ),
        (.height, "height|hgt|height2"),
        (.number, "formatnum|number|nts|format number|num|formatprice|nts2|digits|commas|gaps"),
        (.scientificNumber, "val|e notation|e|10^|value"),
        (.currency("US$"), "us$|usd|us dollar|usd amount|united states dollar"),
        (.currency("£"), "gbp|£|gbp amount|pound sterling|uk£"),
        (.currency("€"), "€|euro|eur"), (.currency("¥"), "¥|jpy|yen|jpyconvert"),
        (.currency("₹"), "inr|₹|indian rupee|rupee|indian rupee text"), (.currency("A$"), "aud|a$|au$"),
        (.currency("C$"), "cad|c$|ca$"), (.currency("₩"), "krw|₩|south korean won"), (.currency("₽"), "rub|₽"),
        (.currency("₹"), "inrconvert"), (.currency("NZ$"), "nzd|nz$"), (.currency("HK$"), "hkd|hk$"),
        (.currency("₱"), "php|₱"), (.currency("CN¥"), "cny|cn¥|rmb|renminbi"), (.currency("R$"), "brl|r$"),
        (.fraction, "frac|fraction|sfrac|half"),
        (.circa, "circa|c.|ca|c|ca."),
        (.sortName, "sortname|sort name|hs"),
        // Known, and known to be unusable.
        (.gap("web address"), "url|official website|official url|official|url2|website|email|homepage|urlw|oweb"),
        (.gap("formula"), "math|chem|chem2|tmath|chemf|chem/link|nuclide|radic|sqrt|bigmath|vec"),
        (.gap("hidden text"), "hidden|hidden begin|hidden end|collapse|collapse top|collapse bottom|display none"),
        (
            .gap("uncertain"),
            "approx|approximately|estimation|floruit|fl.|fl|reign|r.|disputed inline|unknown|unk|n/a|na|tba|tbd|dunno|?|unclear|uncertain"
        ),
        (.gap("markup left"), "!|((|))|(|)|!!|!-|(!|!)|!(|)!"),
    ]
}
