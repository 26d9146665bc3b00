/// The country codes that flag templates take: ISO 3166's of three letters, the Olympic ones, and a few of states of
/// the past. A code that means two countries in these lists is left out.
enum CountryCodes {
    /// The country of a code; nil if it is not known.
    static func name(_ code: String) -> String? { names[code] }

    /// Whether a template of this name is a flag: `{{FRA}}`.
    static func isCode(_ name: String) -> Bool { name.utf8.count == 3 && names[name] != nil }

    /// The title of the country's article.
    static func article(_ name: String) -> String { articles[name] ?? name }

    private static let articles = ["Georgia": "Georgia (country)", "Ireland": "Republic of Ireland"]

    private static let names: [String: String] = [
        "AFG": "Afghanistan", "AGO": "Angola", "ALB": "Albania", "ALG": "Algeria", "AND": "Andorra", "ANG": "Angola",
        "ANT": "Antigua and Barbuda", "ARE": "United Arab Emirates", "ARG": "Argentina", "ARM": "Armenia",
        "ATG": "Antigua and Barbuda", "AUS": "Australia", "AUT": "Austria", "AZE": "Azerbaijan", "BAH": "The Bahamas",
        "BAN": "Bangladesh", "BAR": "Barbados", "BDI": "Burundi", "BEL": "Belgium", "BEN": "Benin",
        "BFA": "Burkina Faso", "BGD": "Bangladesh", "BGR": "Bulgaria", "BHR": "Bahrain", "BHS": "The Bahamas",
        "BHU": "Bhutan", "BIH": "Bosnia and Herzegovina", "BIZ": "Belize", "BLR": "Belarus", "BLZ": "Belize",
        "BOL": "Bolivia", "BOT": "Botswana", "BRA": "Brazil", "BRB": "Barbados", "BRN": "Bahrain", "BTN": "Bhutan",
        "BUL": "Bulgaria", "BUR": "Burkina Faso", "BWA": "Botswana", "CAF": "Central African Republic",
        "CAM": "Cambodia", "CAN": "Canada", "CHA": "Chad", "CHE": "Switzerland", "CHI": "Chile", "CHL": "Chile",
        "CHN": "China", "CIV": "Ivory Coast", "CMR": "Cameroon", "COD": "Democratic Republic of the Congo",
        "COG": "Republic of the Congo", "COL": "Colombia", "COM": "Comoros", "CPV": "Cape Verde", "CRC": "Costa Rica",
        "CRI": "Costa Rica", "CRO": "Croatia", "CUB": "Cuba", "CYP": "Cyprus", "CZE": "Czech Republic",
        "DEN": "Denmark", "DEU": "Germany", "DJI": "Djibouti", "DMA": "Dominica", "DNK": "Denmark",
        "DOM": "Dominican Republic", "DZA": "Algeria", "ECU": "Ecuador", "EGY": "Egypt", "ENG": "England",
        "ERI": "Eritrea", "ESA": "El Salvador", "ESP": "Spain", "EST": "Estonia", "ETH": "Ethiopia", "FIJ": "Fiji",
        "FIN": "Finland", "FJI": "Fiji", "FRA": "France", "FRG": "West Germany", "GAB": "Gabon", "GAM": "The Gambia",
        "GBR": "United Kingdom", "GBS": "Guinea-Bissau", "GDR": "East Germany", "GEO": "Georgia",
        "GEQ": "Equatorial Guinea", "GER": "Germany", "GHA": "Ghana", "GIN": "Guinea", "GMB": "The Gambia",
        "GNB": "Guinea-Bissau", "GNQ": "Equatorial Guinea", "GRC": "Greece", "GRD": "Grenada", "GRE": "Greece",
        "GRN": "Grenada", "GTM": "Guatemala", "GUA": "Guatemala", "GUI": "Guinea", "GUY": "Guyana", "HAI": "Haiti",
        "HKG": "Hong Kong", "HND": "Honduras", "HON": "Honduras", "HRV": "Croatia", "HTI": "Haiti", "HUN": "Hungary",
        "IDN": "Indonesia", "INA": "Indonesia", "IND": "India", "IRI": "Iran", "IRL": "Ireland", "IRN": "Iran",
        "IRQ": "Iraq", "ISL": "Iceland", "ISR": "Israel", "ITA": "Italy", "JAM": "Jamaica", "JOR": "Jordan",
        "JPN": "Japan", "KAZ": "Kazakhstan", "KEN": "Kenya", "KGZ": "Kyrgyzstan", "KHM": "Cambodia",
        "KOR": "South Korea", "KSA": "Saudi Arabia", "KUW": "Kuwait", "KWT": "Kuwait", "LAO": "Laos", "LAT": "Latvia",
        "LBA": "Libya", "LBN": "Lebanon", "LBR": "Liberia", "LBY": "Libya", "LES": "Lesotho", "LIB": "Lebanon",
        "LIE": "Liechtenstein", "LKA": "Sri Lanka", "LSO": "Lesotho", "LTU": "Lithuania", "LUX": "Luxembourg",
        "LVA": "Latvia", "MAD": "Madagascar", "MAR": "Morocco", "MAS": "Malaysia", "MAW": "Malawi", "MCO": "Monaco",
        "MDA": "Moldova", "MDG": "Madagascar", "MDV": "Maldives", "MEX": "Mexico", "MGL": "Mongolia",
        "MKD": "North Macedonia", "MLI": "Mali", "MLT": "Malta", "MMR": "Myanmar", "MNE": "Montenegro",
        "MNG": "Mongolia", "MON": "Monaco", "MOZ": "Mozambique", "MRI": "Mauritius", "MRT": "Mauritania",
        "MTN": "Mauritania", "MUS": "Mauritius", "MWI": "Malawi", "MYA": "Myanmar", "MYS": "Malaysia",
        "NAM": "Namibia", "NCA": "Nicaragua", "NED": "Netherlands", "NEP": "Nepal", "NER": "Niger", "NGA": "Nigeria",
        "NGR": "Nigeria", "NIC": "Nicaragua", "NIG": "Niger", "NIR": "Northern Ireland", "NLD": "Netherlands",
        "NOR": "Norway", "NPL": "Nepal", "NZL": "New Zealand", "OMA": "Oman", "OMN": "Oman", "PAK": "Pakistan",
        "PAN": "Panama", "PAR": "Paraguay", "PER": "Peru", "PHI": "Philippines", "PHL": "Philippines",
        "PLE": "Palestine", "PNG": "Papua New Guinea", "POL": "Poland", "POR": "Portugal", "PRI": "Puerto Rico",
        "PRK": "North Korea", "PRT": "Portugal", "PRY": "Paraguay", "PSE": "Palestine", "PUR": "Puerto Rico",
        "QAT": "Qatar", "ROM": "Romania", "ROU": "Romania", "RSA": "South Africa", "RUS": "Russia", "RWA": "Rwanda",
        "SAM": "Samoa", "SAU": "Saudi Arabia", "SCO": "Scotland", "SDN": "Sudan", "SEN": "Senegal",
        "SEY": "Seychelles", "SGP": "Singapore", "SIN": "Singapore", "SLE": "Sierra Leone", "SLO": "Slovenia",
        "SLV": "El Salvador", "SMR": "San Marino", "SOM": "Somalia", "SRB": "Serbia", "SRI": "Sri Lanka",
        "SSD": "South Sudan", "SUD": "Sudan", "SUI": "Switzerland", "SUR": "Suriname", "SVK": "Slovakia",
        "SVN": "Slovenia", "SWE": "Sweden", "SYC": "Seychelles", "SYR": "Syria", "TAN": "Tanzania", "TCD": "Chad",
        "TCH": "Czechoslovakia", "TGO": "Togo", "THA": "Thailand", "TJK": "Tajikistan", "TKM": "Turkmenistan",
        "TOG": "Togo", "TRI": "Trinidad and Tobago", "TTO": "Trinidad and Tobago", "TUN": "Tunisia", "TUR": "Turkey",
        "TWN": "Taiwan", "TZA": "Tanzania", "UAE": "United Arab Emirates", "UGA": "Uganda", "UK": "United Kingdom",
        "UKR": "Ukraine", "URS": "Soviet Union", "URU": "Uruguay", "URY": "Uruguay", "US": "United States",
        "USA": "United States", "UZB": "Uzbekistan", "VAN": "Vanuatu", "VAT": "Vatican City", "VEN": "Venezuela",
        "VIE": "Vietnam", "VNM": "Vietnam", "VUT": "Vanuatu", "WAL": "Wales", "WSM": "Samoa", "YEM": "Yemen",
        "YUG": "Yugoslavia", "ZAF": "South Africa", "ZAM": "Zambia", "ZIM": "Zimbabwe", "ZMB": "Zambia",
        "ZWE": "Zimbabwe",
    ]
}
