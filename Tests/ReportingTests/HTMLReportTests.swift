import Diagnostics
import Foundation
import QuestionSet
import Scores
import TestSupport
import Testing

@testable import Reporting

@Suite struct HTMLReportTests {
    private func page(
        _ runs: [String], metadata: [String: String] = ["dump": "sample.xml"], store: String = "a/b.sqlite"
    ) throws
        -> String
    {
        HTMLReport(
            results: try runs.map { try SampleRun.evaluated($0).results }, metadata: metadata, storeName: store,
            programVersion: "1.2.3"
        ).html()
    }

    /// All pages that the tests below look at.
    private func pages() throws -> [(name: String, html: String)] {
        var pages = try SampleRun.undefined.map { ($0, try page([$0])) }
        pages.append(("one run", try page(["nulls"])))
        pages.append(("several runs", try page(["llama", "gpt2", "nulls"])))
        pages.append(("models and checkpoints", try page(SampleRun.models)))
        pages.append(
            (
                "hostile",
                try page(
                    ["hostile", "hostile"], metadata: ["<script>": "</td><iframe src=//evil.example>"],
                    store: "x/<svg onload=alert(1)>.sqlite")
            ))
        pages.append(("no run", try page([])))
        return pages
    }

    @Test func theHeadlineIsInWords() throws {
        let html = try page(["nulls"])
        #expect(html.contains("of 60 questions are answered right (95\u{A0}% interval 16.7 to 28.3\u{A0}%)"))
        #expect(html.contains("No clear relation between views and accuracy"))
        #expect(html.contains("at mask ratio 0.3, the largest over 5 ratios"))
        #expect(html.contains("arXiv:2505.17260"))
        #expect(html.contains("specwiki-eval run b.sqlite --model MODEL_FOLDER --name llama --formats mcq,generation"))
        #expect(!html.contains("a/b.sqlite"))
    }

    @Test func everyTagIsKnownAndClosed() throws {
        for (name, html) in try pages() {
            var open: [String] = []
            for tag in Tag.all(in: html) {
                #expect(Tag.known.contains(tag.name), "\(name): <\(tag.name)>")
                if tag.isClosing {
                    #expect(open.popLast() == tag.name, "\(name): </\(tag.name)>")
                } else if !Tag.void.contains(tag.name) && !tag.isSelfClosing {
                    open.append(tag.name)
                }
            }
            #expect(open.isEmpty, "\(name)")
        }
    }

    @Test func nothingIsLoadedOrRun() throws {
        for (name, html) in try pages() {
            for tag in Tag.all(in: html) {
                #expect(tag.name != "script" && tag.name != "link" && tag.name != "base", "\(name)")
                for (key, value) in tag.attributes {
                    #expect(Tag.knownAttributes.contains(key), "\(name): \(key)")
                    if key == "href" { #expect(value.hasPrefix("#"), "\(name): \(value)") }
                }
            }
        }
        let plain = try page(["nulls"])
        for word in ["http:", "https:", "url(", "@import", "src=", "<script", "javascript:"] {
            #expect(!plain.contains(word), "\(word)")
        }
    }

    @Test func hostileTextsAreShownAsTexts() throws {
        let html = try #require(try pages().first { $0.name == "hostile" }).html
        #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(html.contains("&quot;&gt;&lt;img src=http://evil.example/x onerror=alert(1)&gt;"))
        #expect(html.contains("مرحبا"))
        #expect(
            !html.unicodeScalars.contains { (0x202A...0x202E).contains($0.value) || $0 == "\u{2066}" || $0 == "\u{0}" })
        #expect(!html.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
        // Isolates stand in pairs.
        let isolates = html.unicodeScalars.count { $0 == "\u{2068}" }
        #expect(isolates > 0 && isolates == html.unicodeScalars.count { $0 == "\u{2069}" })
    }

    @Test func everyCoordinateIsANumberInsideItsPicture() throws {
        for (name, html) in try pages() {
            var numbers = 0
            var box = (width: 0.0, height: 0.0)
            for tag in Tag.all(in: html) where !tag.isClosing {
                if tag.name == "svg" {
                    let sides = tag.attributes["viewBox"]?.split(separator: " ").compactMap { Double($0) } ?? []
                    try #require(sides.count == 4, "\(name)")
                    box = (sides[2], sides[3])
                }
                for key in ["x", "y", "width", "height"] where tag.name == "rect" || tag.name == "text" {
                    guard let text = tag.attributes[key] else { continue }
                    let value = try #require(Double(text), "\(name): \(text)")
                    let limit = key == "x" || key == "width" ? box.width : box.height
                    #expect(value.isFinite && value >= 0 && value <= limit, "\(name): \(key)=\(text)")
                    numbers += 1
                }
                if tag.name == "path", let data = tag.attributes["d"] {
                    for text in data.split(whereSeparator: { " MLHVZAlhvza".contains($0) }) {
                        let value = try #require(Double(text), "\(name): \(data)")
                        #expect(value.isFinite && abs(value) <= max(box.width, box.height), "\(name): \(data)")
                        numbers += 1
                    }
                }
            }
            #expect(numbers > 100 || name == "no run", "\(name)")
            #expect(!html.contains("nan,") && !html.contains(">nan") && !html.contains(">inf"), "\(name)")
        }
    }

    @Test func everyPictureAndScrollingBoxHasAName() throws {
        let html = try page(["nulls"])
        let tags = Tag.all(in: html)
        let pictures = tags.filter { $0.name == "svg" && !$0.isClosing && $0.attributes["aria-hidden"] == nil }
        #expect(pictures.count == 7)
        for tag in pictures {
            #expect(tag.attributes["role"] == "img")
        }
        // The title and the description that stand first in a picture are its name and description.
        let named = html.matches(of: /<svg viewBox="[^"]*" role="img"><title>[^<]+<\/title><desc>[^<]{40,}<\/desc>/)
        #expect(named.count == pictures.count)
        for tag in tags where tag.attributes["role"] == "region" {
            #expect(!(tag.attributes["aria-label"] ?? "").isEmpty)
        }
    }

    @Test func theSameRunsGiveTheSameBytes() throws {
        let metadata = Dictionary(uniqueKeysWithValues: (0..<20).map { ("key \($0)", "value") })
        let once = try page(["nulls", "hostile"], metadata: metadata)
        let again = try page(["nulls", "hostile"], metadata: metadata)
        #expect(Array(once.utf8) == Array(again.utf8))
    }

    @Test func severalRunsAreComparedFirst() throws {
        let html = try page(["llama", "gpt2", "llama"])
        let comparison = try #require(html.range(of: "id=\"comparison\""))
        let first = try #require(html.range(of: "<section id=\"run-1\">"))
        #expect(comparison.lowerBound < first.lowerBound)
        #expect(html.contains("<a href=\"#run-3\"><bdi>llama (2)</bdi></a>"))
        let single = try page(["llama"])
        #expect(!single.contains("id=\"comparison\""))
    }

    @Test func modelsAndCheckpointsAreDrawnTogether() throws {
        let html = try page(SampleRun.models)
        for title in [
            "Accuracy and specialization over models", "Score gap over the ratios: the family tiny",
            "Score gap over the ratios: the training of other", "Accuracy over the training of other",
            "PSS over the training of other", "Popularity with accuracy and specialization, run by run",
        ] {
            #expect(html.contains("<strong>\(title)</strong>"), "\(title)")
        }
        #expect(html.contains("Sizes, with 95 % intervals over concepts; PSS and drop at k = 0.3"))
        #expect(html.contains("Kendall’s τ with the order by PSS"))
        #expect(html.contains("<bdi>tiny-1m</bdi> − <bdi>tiny-4m</bdi>"))
    }

    /// The answers stand open; what explains them is folded, with a heading, and unfolds on paper.
    @Test func secondarySectionsAreFolded() throws {
        let html = try page(SampleRun.models)
        let folds = html.matches(of: /<details>\n<summary><h3>([^<]+)<\/h3><\/summary>/).map { String($0.output.1) }
        #expect(folds.first == "Pairs of runs, tested")
        #expect(
            Array(folds.suffix(3)) == ["All scores under masks", "Most and least known concepts", "Settings"]
                || folds.contains("Is it specialization? What else was measured"), "\(folds)")
        #expect(folds.count { $0 == "Settings" } == SampleRun.models.count)
        #expect(html.components(separatedBy: "<details").count == folds.count + 1)
        for open in ["What the model knows", "Where it keeps it: localisation and masks"] {
            #expect(html.contains("</div>\n<h3>\(open)</h3>") || html.contains("\n<h3>\(open)</h3>"))
        }
        #expect(html.contains("@media print{") && html.contains("details::details-content{content-visibility:visible"))
    }

    @Test func theFileIsWrittenWholeAndAStoreWithoutRunsIsBadData() throws {
        try TestData.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("report.html").path
            let results = [try SampleRun.evaluated("llama").results]
            let report = HTMLReport(results: results, metadata: [:], storeName: "s.sqlite", programVersion: "1")
            try report.write(to: path)
            #expect(FileManager.default.contents(atPath: path) == Data(report.html().utf8))
            let empty = HTMLReport(results: [], metadata: [:], storeName: "s.sqlite", programVersion: "1")
            let error = #expect(throws: Failure.self) { try empty.write(to: path + "2") }
            #expect(error?.kind == .badData)
            #expect(!FileManager.default.fileExists(atPath: path + "2"))
        }
    }
}

/// A tag of a page, as a browser's tokenizer would find it; good enough for pages whose attributes are all quoted.
private struct Tag {
    var name: String
    var isClosing: Bool
    var isSelfClosing: Bool
    var attributes: [String: String]

    static let void: Set = ["meta"]
    static let known: Set = [
        "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "nav", "section", "div", "p",
        "span", "strong", "summary",
        "h1", "h2", "h3", "ul", "li", "a", "bdi", "table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption",
        "svg", "path", "desc",
        "rect", "text", "dl", "dt", "dd", "details", "pre", "code",
    ]
    static let knownAttributes: Set = [
        "lang", "charset", "name", "http-equiv", "content", "class", "id", "href", "tabindex", "role", "aria-label",
        "aria-hidden",
        "scope",
        "viewBox", "d", "x", "y", "width", "height", "text-anchor",
    ]

    static func all(in html: String) -> [Tag] {
        html.replacing("<!DOCTYPE html>", with: "").matches(of: /<(\/?)([^\s\/>]+)((?:[^">]|"[^"]*")*)>/).map { match in
            let rest = String(match.output.3)
            var attributes: [String: String] = [:]
            for pair in rest.matches(of: /([^\s"=\/]+)(?:="([^"]*)")?/) {
                attributes[String(pair.output.1)] = pair.output.2.map(String.init) ?? ""
            }
            return Tag(
                name: String(match.output.2), isClosing: !match.output.1.isEmpty, isSelfClosing: rest.hasSuffix("/"),
                attributes: attributes)
        }
    }
}
