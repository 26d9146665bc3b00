import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import MediaWiki

@Suite("Page views")
struct PageviewTests {
    /// Counts the lines of one file made of `text`.
    private func count(
        _ text: String, project: String = "en.wikipedia", isCaseSensitive: Bool = false
    ) throws -> (views: [String: Int64], ledger: PageviewLedger) {
        try count(bytes: Array(text.utf8), project: project, isCaseSensitive: isCaseSensitive)
    }

    private func count(
        bytes: [UInt8], project: String = "en.wikipedia", isCaseSensitive: Bool = false
    ) throws -> (views: [String: Int64], ledger: PageviewLedger) {
        try TestData.withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("views")
            try Data(bytes).write(to: url)
            var counter = try PageviewCounter(project: project, isCaseSensitive: isCaseSensitive)
            let ledger = try counter.add(path: url.path)
            return (Dictionary(uniqueKeysWithValues: counter.sortedByTitle.map { ($0.title, $0.views) }), ledger)
        }
    }

    @Test("pageview_complete: access methods are summed, other projects and unknown titles left out")
    func complete() throws {
        let (views, ledger) = try count(
            """
            aa.wikibooks Main_Page null desktop 9 A9
            en.wikipedia Paris 5 desktop 100 A100
            en.wikipedia Paris 5 mobile-web 20 A20
            en.wikipedia paris null mobile-app 3 A3
            en.wikipedia Paris mobile-web 7 A7
            en.wikipedia - null desktop 4 A4
            en.wikipedia Talk:Paris 6 desktop 2 A2
            en.wikipedia "\\"W\\"_and_\\\\" 7 desktop 1 A1
            en.wikipedia.org Paris 5 desktop 100 A100

            """)
        #expect(views == ["Paris": 130, "Talk:Paris": 2, "\"W\" and \\": 1])
        #expect(ledger.format == .complete)
        #expect(ledger.lines == 9)
        #expect(ledger.counted == 6)
        #expect(ledger.otherProjects == 2)
        #expect(ledger.unknownTitles == 1)
        #expect(ledger.malformed.isEmpty)
    }

    @Test("hourly files: desktop, mobile and zero of the project")
    func hourly() throws {
        let (views, ledger) = try count(
            """
            en Caf%C3%A9 5 0
            en.m Café 7 0
            en.zero Café 1 0
            en.b Café 100 0
            en.mw en 5178493 118985328227
            en.m.d Café 100 0
            en Café x 0
            en Café 5
            """)
        #expect(views == ["Café": 13])
        #expect(ledger.format == .hourly)
        #expect(ledger.otherProjects == 3)
        #expect(ledger.malformed == [.notANumber: 1, .fieldCount: 1])
        #expect(ledger.malformedLines == [7, 8])
    }

    @Test("tables of title and views, with and without header", arguments: [",", "\t"])
    func tables(separator: String) throws {
        let text = ["title": "views", "b_b": "2", "100%25": "3"].sorted { $0.key > $1.key }
            .map { $0.key + separator + $0.value }.joined(separator: "\r\n")
        let (views, ledger) = try count(text)
        #expect(views == ["B b": 2, "100%25": 3])
        #expect(ledger.format == (separator == "," ? .commaSeparated : .tabSeparated))
        #expect(ledger.hasHeader)
        #expect(ledger.malformed.isEmpty)
    }

    @Test("a CSV title may hold commas and doubled quotes")
    func quotedTable() throws {
        let (views, ledger) = try count("\"Portland, \"\"Maine\"\"\",5\nParis,6\nno number,x\n,7\n")
        #expect(views == ["Portland, \"Maine\"": 5, "Paris": 6])
        #expect(ledger.malformed == [.notANumber: 1, .emptyTitle: 1])
    }

    @Test("CSV as spreadsheets write it: a byte order mark, all fields quoted, commas in bare titles")
    func spreadsheetTable() throws {
        let quoted = try count("\u{FEFF}\"title\",\"views\"\r\n\"Paris, Texas\",\"5\"\r\n\"A \"\"B\"\"\",\"6\"\r\n")
        #expect(quoted.views == ["Paris, Texas": 5, "A \"B\"": 6])
        #expect(quoted.ledger.hasHeader)
        #expect(quoted.ledger.malformed.isEmpty)
        let bare = try count("\u{FEFF}Paris, Texas,5\nSaint_Louis,_Missouri,7\n10,000 BC,8\n\"Heroes\" (song),9\n")
        #expect(bare.views == ["Paris, Texas": 5, "Saint Louis, Missouri": 7, "10,000 BC": 8, "\"Heroes\" (song)": 9])
        #expect(!bare.ledger.hasHeader)
    }

    @Test("malformed lines are left out, counted by reason and placed")
    func malformed() throws {
        let (views, ledger) = try count(
            """
            en.wikipedia A 1 desktop 10 A10

            en.wikipedia
            en.wikipedia A 1 desktop -5 A5
            en.wikipedia A 1 desktop 9223372036854775808 A1
            en.wikipedia A 1 desktop 9223372036854775807 A1
            en.wikipedia A 1 desktop 1 A1 extra
            en.wikipedia  1 desktop 1 A1
            en.wikipedia A 1 desktop 1 A1\r
            """)
        #expect(views == ["A": 11])
        #expect(ledger.malformed == [.fieldCount: 3, .notANumber: 1, .tooLarge: 2, .emptyTitle: 1])
        #expect(ledger.malformedLines == [2, 3, 4, 5, 6, 7, 8])
        #expect(ledger.notices.map(\.isWarning) == [false, true])
        #expect(ledger.notices.last?.text.contains("lines 2, 3, 4, 5, 6, 7, 8: 7 malformed lines skipped") == true)
    }

    @Test(
        "titles come into the form of dumps",
        arguments: [
            ("_a__b_", "A b"), ("%C3%A9t%C3%A9", "Été"), ("%C3%28", "%C3%28"), ("100%_sure", "100% sure"),
            ("%ZZ", "%ZZ"),
            ("a%0Ab", "A b"), ("\"x\"", "X"), ("\"open", "\"open"), ("ßa", "ßa"), ("éa", "Éa"), ("თბილისი", "თბილისი"),
            ("a\u{A0}b", "A b"), ("%5Fa", "A"), ("ǆ", "Ǆ"), ("%20_a", "A"), ("Xé_–_\u{2009}b", "Xé – b"),
            ("Xか\u{3000}か", "Xか か"), ("X\u{1680}y", "X y"), ("X\u{2028}\u{202F}\u{205F}", "X"), ("x\u{85}ß", "X ß"),
            ("1«b»", "1«b»"), ("Xб_\u{2020}", "Xб \u{2020}"),
        ])
    func titles(requested: String, title: String) throws {
        var bytes = Array("left over".utf8)
        Array(requested.utf8).withUnsafeBufferPointer {
            PageviewTitle.canonicalize(requested: $0, isCaseSensitive: false, into: &bytes)
        }
        #expect(String(decoding: bytes, as: UTF8.self) == title)
    }

    @Test("bytes that are not UTF-8 become U+FFFD, and case may be kept")
    func titleBytes() throws {
        let line = Array("en.wikipedia Caf".utf8) + [0xE9] + Array(" 9 desktop 3 A3\n".utf8)
        #expect(try count(bytes: line).views == ["Caf\u{FFFD}": 3])
        #expect(
            try count("en.wiktionary a 9 desktop 3 A3", project: "en.wiktionary", isCaseSensitive: true).views == [
                "a": 3
            ])
    }

    @Test("titles that differ in bytes are different, though Swift calls them equal")
    func canonicalEquivalence() throws {
        try TestData.withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("views.csv")
            try Data("\u{E9},1\ne\u{301},2\n".utf8).write(to: url)
            var counter = try PageviewCounter(project: "en")
            try counter.add(path: url.path)
            #expect(counter.titleCount == 2)
            #expect(counter.views(of: "E\u{301}") == 2)
            #expect(counter.views(of: "\u{C9}") == 1)
            #expect(counter.views(of: "F") == nil)
        }
    }

    @Test("several files, of several formats and packings, add up")
    func severalFiles() throws {
        try TestData.withTemporaryFolder { folder in
            let files: [(String, [UInt8])] = [
                ("a", Array("en.wikipedia A 1 desktop 1 A1\n".utf8)),
                ("b", try Compress.bzip2("en A 2 0\nen.m A 4 0\n")),
                ("c", try Compress.gzip("A\t8\nB\t16")),
                ("d", try Compress.zstandard("title,views\nA,32\n")),
            ]
            let paths = try files.map { name, bytes in
                let url = folder.appendingPathComponent(name)
                try Data(bytes).write(to: url)
                return url.path
            }
            var notices: [PageviewNotice] = []
            let counter = try PageviewCounter(paths: paths, project: "en.wikipedia") { notices.append($0) }
            #expect(counter.views(of: "A") == 47)
            #expect(counter.sortedByTitle.map(\.title) == ["A", "B"])
            #expect(notices.count == 4)
        }
    }

    @Test("files of robots are left out beside those of people, and refused alone")
    func robots() throws {
        var notices: [PageviewNotice] = []
        let paths = [
            "x/pageviews-202105-user.bz2", "x/pageviews-202105-spider.bz2", "pageviews-202105-automated", "spider/a",
        ]
        let used = try PageviewFiles.ofPeople(among: paths) { notices.append($0) }
        #expect(used == [paths[0], paths[3]])
        #expect(notices.map(\.isWarning) == [true, true])
        #expect(notices.first?.text.contains(paths[1]) == true)
        let refused = try #require(throws: Failure.self) { try PageviewFiles.ofPeople(among: [paths[1]]) }
        #expect(refused.kind == .badData)
        #expect(refused.file == paths[1])
        #expect(throws: Failure.self) { try PageviewFiles.ofPeople(among: []) }
    }

    @Test(
        "project names have their codes in hourly files",
        arguments: [
            ("en", "en.wikipedia", ["en", "en.m", "en.zero"]),
            ("de.wiktionary", "de.wiktionary", ["de.d", "de.m.d", "de.zero.d"]),
            ("fr.wikibooks.org", "fr.wikibooks", ["fr.b", "fr.m.b", "fr.zero.b"]),
            ("commons.wikimedia", "commons.wikimedia", ["commons.m", "commons.m.m"]),
        ])
    func projects(name: String, full: String, codes: [String]) throws {
        let project = try PageviewProject(name)
        #expect(project.name == full)
        #expect(project.domainCodes == codes)
    }

    @Test("what is no project name is wrong usage", arguments: ["", "en wikipedia", "a.b.c", "..", "en."])
    func noProject(name: String) throws {
        let failure = try #require(throws: Failure.self) { try PageviewCounter(project: name) }
        #expect(failure.kind == .usage)
        #expect(failure.remedy?.contains("en.wikipedia") == true)
    }

    @Test("empty, unknown, truncated and missing files are errors with file and status")
    func failures() throws {
        let packed = try Compress.bzip2("en A 2 0\n")
        let cases: [([UInt8], String)] = [
            ([], "is empty"), (Array("hello\nworld\n".utf8), "no known page-view format"),
            (Array(packed.dropLast(5)), "unexpected end"),
        ]
        for (bytes, problem) in cases {
            let failure = try #require(throws: Failure.self) { try count(bytes: bytes) }
            #expect(failure.kind == .badData)
            #expect(failure.problem.contains(problem))
            #expect(failure.file != nil && failure.place != nil && failure.remedy != nil)
        }
        var counter = try PageviewCounter(project: "en")
        let missing = try #require(throws: Failure.self) { try counter.add(path: "/nowhere/views") }
        #expect(missing.kind == .inputUnavailable)
    }

    @Test("lines without end and longer than any chunk are passed over")
    func longLines() throws {
        let long = "en.wikipedia " + String(repeating: "x", count: 3_000_000)
        let (views, ledger) = try count(
            "en.wikipedia A 1 desktop 1 A1\n\(long) 1 desktop 1 A1\nen.wikipedia A 1 desktop 2 A2\n\(long)")
        #expect(views == ["A": 3])
        #expect(ledger.malformed == [.tooLong: 2])
        #expect(ledger.lines == 4)
    }

    // MARK: - Reference data

    private static let reference: [(file: String, expected: String)] = [
        ("pageview_complete/pageviews-20120115-user.bz2", "20120115-user"),
        ("pageview_complete/pageviews-202105-user.bz2", "202105-user"),
        ("pageview_complete/pageviews-20210501-user.bz2", "20210501-user"),
        ("pageviews/pageviews-20160501-120000.gz", "hourly-20160501-120000"),
        ("pagecounts-raw/pagecounts-20160501-120000.gz", "pagecounts-20160501-120000"),
    ]

    @Test(
        "tables equal the reference tables, line by line",
        .enabled(if: TestData.hasShared, "SPECWIKI_SHARED is not set"), arguments: reference, ["en", "ltg"])
    func expectedTables(input: (file: String, expected: String), language: String) throws {
        try TestData.withTemporaryFolder { folder in
            let output = folder.appendingPathComponent("views.tsv")
            try PageviewFiles.writeTable(
                of: [TestData.shared("pageviews/\(input.file)").path], project: "\(language).wikipedia", to: output.path
            )
            let lines = try Data(contentsOf: output).split(separator: 0x0A)
            let expected = try Data(contentsOf: TestData.shared("pageviews/expected/\(input.expected).\(language).tsv"))
                .split(separator: 0x0A)
            // The reference is sorted by views, ours by title.
            let title = { (line: Data) in line.prefix { $0 != 0x09 } }
            #expect(lines == expected.sorted { title($0).lexicographicallyPrecedes(title($1)) })
            #expect(!lines.isEmpty)
        }
    }

    @Test(
        "of the malformed reference file the lines with a whole number in the right place count",
        .enabled(if: TestData.hasShared, "SPECWIKI_SHARED is not set"))
    func badFile() throws {
        var counter = try PageviewCounter(project: "en.wikipedia")
        let ledger = try counter.add(path: TestData.shared("pageviews/bad/pageviews-202105-user").path)
        #expect(ledger.lines == 22)
        #expect(ledger.counted == 12)
        #expect(counter.views(of: "Anarchism") == 157)  // 100 + 7 + 11 + 30 + 8 + 1
        #expect(counter.views(of: "%C3%28") == 6)
        #expect(ledger.malformed == [.fieldCount: 5, .notANumber: 3, .tooLarge: 1])
    }
}
