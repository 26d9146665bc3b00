/// Where a question's fact stands, and how it was asked.
public struct Provenance: Hashable, Codable, Sendable {
    /// The kinds of place a fact is read from.
    public enum Source: String, Codable, Sendable, CaseIterable {
        /// A parameter of an infobox.
        case parameter
        /// A sentence of the lead section, read as a fact (the definition, for instance).
        case lead
        /// A category of the article.
        case category
        /// A sentence of the lead section with a gap.
        case cloze
    }

    /// Where the wrong options come from, the nearest place first. Those of a question may come from several: the farthest counts.
    public enum OptionSource: String, Codable, Sendable, CaseIterable, Comparable {
        /// The few answers that its template pack allows.
        case choices
        /// Numbers and dates near the right one, real ones and made ones in turn.
        case near
        /// Other articles' values of the same relation; definitions and categories of the same noun or pack.
        case relation
        /// Relations of other packs that ask for the same.
        case pool
        /// Values of the same type that name things of the same kind.
        case type
        /// Linked things of the same kind that are like the answer; gaps take all of theirs from there.
        case likeness
        /// Linked things that are like the answer, where the packs do not know of what kind it is.
        case unknownKind = "unknown kind"

        /// What it means, behind "from".
        public var meaning: String {
            switch self {
            case .choices: "the few answers that the pack allows"
            case .near: "numbers or dates near the right one"
            case .relation: "the same relation of other articles"
            case .pool: "like relations of other packs"
            case .type: "values of the same type and kind"
            case .likeness: "linked things of the same kind"
            case .unknownKind: "linked things of unknown kind"
            }
        }

        /// By how far the place is.
        public static func < (left: OptionSource, right: OptionSource) -> Bool { left.rank < right.rank }

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// The kind of place.
    public var source: Source
    /// "Infobox person: birth_place", the sentence, or the category's name.
    public var detail: String
    /// Page id in the dump.
    public var pageID: Int64
    /// Revision id in the dump; nil if the dump gave none.
    public var revisionID: Int64?
    /// The page and where it stands; nil in stores of version 1.
    public var page: Page?
    /// The fact in its parts; nil in stores of version 1.
    public var fact: Fact?
    /// The template that asked for it; nil where the store does not tell.
    public var wording: Wording?
    /// Where the wrong options come from; nil in stores of versions 1 and 2.
    public var options: OptionSource?

    /// Creates a provenance.
    public init(
        source: Source, detail: String, pageID: Int64, revisionID: Int64?, page: Page? = nil, fact: Fact? = nil,
        wording: Wording? = nil, options: OptionSource? = nil
    ) {
        self.source = source
        self.detail = detail
        self.pageID = pageID
        self.revisionID = revisionID
        self.page = page
        self.fact = fact
        self.wording = wording
        self.options = options
    }
}

extension Provenance {
    /// A dump file, with the wiki it is of.
    public struct Dump: Hashable, Codable, Sendable {
        /// Its number among the files that were read, from 1.
        public var number: Int
        /// Its name without its folder.
        public var file: String
        /// "Wikipedia"; empty if the dump does not say.
        public var siteName: String
        /// "enwiki"; empty if the dump does not say.
        public var databaseName: String
        /// The address of the wiki's main page; empty if the dump does not say.
        public var base: String

        /// Describes a file.
        public init(number: Int, file: String, siteName: String = "", databaseName: String = "", base: String = "") {
            self.number = number
            self.file = file
            self.siteName = siteName
            self.databaseName = databaseName
            self.base = base
        }
    }

    /// A page of a dump; its id and revision id stand in the provenance.
    public struct Page: Hashable, Codable, Sendable {
        /// Title as in the dump.
        public var title: String
        /// Namespace number; 0 for articles. Nil if not known.
        public var namespace: Int?
        /// Of the revision, as in the dump: `2019-05-31T12:00:00Z`.
        public var timestamp: String?
        /// Of the revision's text, as in the dump: base 36, and not checked.
        public var sha1: String?
        /// The file that holds the page.
        public var dump: Dump?
        /// The byte of the `<` of its `<page>` in the file's XML; in a packed file in what that unpacks to.
        public var byteOffset: Int64?
        /// The byte of a packed file where the bzip2 stream, gzip member or Zstandard frame begins that holds it; nil in plain files.
        public var streamOffset: Int64?
        /// The byte of a bzip2 file in which the block begins that holds it.
        public var blockOffset: Int64?

        /// Describes a page.
        public init(
            title: String, namespace: Int? = nil, timestamp: String? = nil, sha1: String? = nil, dump: Dump? = nil,
            byteOffset: Int64? = nil, streamOffset: Int64? = nil, blockOffset: Int64? = nil
        ) {
            self.title = title
            self.namespace = namespace
            self.timestamp = timestamp
            self.sha1 = sha1
            self.dump = dump
            self.byteOffset = byteOffset
            self.streamOffset = streamOffset
            self.blockOffset = blockOffset
        }
    }

    /// What an article says, in the parts that its kind of source has.
    public struct Fact: Hashable, Codable, Sendable {
        /// The longest `rawValue`, in characters; a longer one is cut off and ends in "…".
        public static let maximumRawValue = 1000

        /// Parameter: the infobox, "Infobox person".
        public var infobox: String?
        /// Parameter: its name as written, "birth_place".
        public var parameter: String?
        /// Parameter: what the article calls the property where the name does not say it: "Mayor" for `leader_name`.
        public var qualifier: String?
        /// Parameter: its wikitext.
        public var rawValue: String?
        /// Lead, cloze: the sentence without markup.
        public var sentence: String?
        /// Cloze: the Unicode scalars of the sentence that were taken out.
        public var gap: Range<Int>?
        /// Category: its name.
        public var category: String?
        /// Everything that the article says there, the answer among it, in order.
        public var values: [String]

        /// Describes a fact.
        public init(
            infobox: String? = nil, parameter: String? = nil, qualifier: String? = nil, rawValue: String? = nil,
            sentence: String? = nil, gap: Range<Int>? = nil, category: String? = nil, values: [String] = []
        ) {
            self.infobox = infobox
            self.parameter = parameter
            self.qualifier = qualifier
            self.rawValue = rawValue
            self.sentence = sentence
            self.gap = gap
            self.category = category
            self.values = values
        }
    }

    /// The wording of a template pack that made a fact a question.
    public struct Wording: Hashable, Codable, Sendable {
        /// The pack's name: "people".
        public var pack: String
        /// SHA-256 of the pack's file.
        public var packHash: String
        /// The relation in the pack: "birth place".
        public var relation: String
        /// The wording as the pack has it, with its tags: "Where was {{concept}} born?".
        public var template: String

        /// Describes a wording.
        public init(pack: String, packHash: String, relation: String, template: String) {
            self.pack = pack
            self.packHash = packHash
            self.relation = relation
            self.template = template
        }
    }
}
