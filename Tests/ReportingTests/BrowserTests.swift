import Foundation
import TestSupport
import Testing

@testable import Reporting

/// Reports in a real browser: what a parser cannot see.
@Suite(.serialized) struct BrowserTests {
    static let browser = Browser.installed

    @Test(
        .enabled(if: browser != nil, "none of \(Browser.names.joined(separator: ", ")) is on the path"),
        arguments: [["nulls"], SampleRun.models, ["llama", "gpt2", "hostile"], ["no right answer"], ["one concept"]])
    func everyFigureIsDrawnNothingIsLoadedAndNothingOverflows(_ runs: [String]) throws {
        let browser = try #require(Self.browser)
        let results = try runs.map { try SampleRun.evaluated($0).results }
        let html = HTMLReport(results: results, metadata: ["dump": "x"], storeName: "s.sqlite", programVersion: "1")
            .html()
        let figures = html.components(separatedBy: "<figure>").count - 1
        let probes = try browser.probe(html, widths: [390, 1200])
        #expect(probes.map(\.width) == [390, 1200])
        for probe in probes {
            #expect(probe.pictures == figures && figures > 0, "\(probe)")
            #expect(probe.scrollWidth <= probe.viewWidth, "\(probe)")
            #expect(probe.loaded.isEmpty, "\(probe)")
            #expect(probe.problems.isEmpty, "\(probe)")
            // The style sheet was taken.
            #expect(probe.isStyled)
        }
    }

    @Test(.enabled(if: browser != nil, "none of \(Browser.names.joined(separator: ", ")) is on the path"))
    func paperShowsWhatIsFolded() throws {
        let browser = try #require(Self.browser)
        let results = try SampleRun.models.prefix(2).map { try SampleRun.evaluated($0).results }
        let html = HTMLReport(results: results, metadata: [:], storeName: "s.sqlite", programVersion: "1").html()
        let pages = try browser.printedPages(html)
        #expect(try browser.printedPages(html.replacing("<details>", with: "<details open>")) == pages)
        let rule = "details::details-content{content-visibility:visible;block-size:auto}"
        #expect(try browser.printedPages(html.replacing(rule, with: "")) < pages)
    }

    /// Otherwise the test above would see nothing.
    @Test(.enabled(if: browser != nil, "none of \(Browser.names.joined(separator: ", ")) is on the path"))
    func whatIsWrongWithAPageIsSeen() throws {
        let browser = try #require(Self.browser)
        let page = """
            <!DOCTYPE html><body style="margin:0"><img src="data:image/png;base64,AA=="><p style="width:600px">wide</p>
            <figure><svg viewBox="0 0 100 50" style="width:380px" role="img"><title>cut</title><desc>d</desc>
            <text x="90" y="20">too long for its picture</text></svg></figure></body>
            """
        let probe = try #require(try browser.probe(page, widths: [390]).first)
        #expect(probe.scrollWidth > probe.viewWidth)
        #expect(probe.loaded == ["data:image/png;base64,AA=="] || probe.loaded.isEmpty)
        #expect(
            probe.problems == [
                "cut: has no room", "cut: nothing is drawn", "cut: 'too long for its picture' is cut off",
            ])
        #expect(!probe.isStyled)
    }
}

/// A Chromium without a window.
struct Browser {
    static let names = ["chromium", "chromium-browser", "google-chrome", "chrome"]
    let path: String

    /// The first that is on the path.
    static let installed: Browser? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
        let paths = names.flatMap { name in folders.map { "\($0)/\(name)" } }
        return paths.first(where: FileManager.default.isExecutableFile).map(Browser.init)
    }()

    /// What a page looks like at one width.
    struct Probe: Decodable {
        var width: Int
        /// Without the scroll bar.
        var viewWidth: Int
        var scrollWidth: Int
        var pictures: Int
        var loaded: [String]
        var problems: [String]
        var isStyled: Bool
    }

    /// Opens a page in frames of the given widths and looks at it from outside: a page's own policy forbids scripts.
    ///
    /// Frames, because a window is never narrower than 500 pixels.
    func probe(_ html: String, widths: [Int]) throws -> [Probe] {
        try TestData.withTemporaryFolder { folder in
            let source = html.replacing("&", with: "&amp;").replacing("\"", with: "&quot;")
            let frames = widths.map {
                "<iframe width=\"\($0)\" height=\"900\" style=\"border:0\" srcdoc=\"\(source)\"></iframe>"
            }
            let page =
                "<!DOCTYPE html><meta charset=\"utf-8\"><body>\(frames.joined())<pre id=\"probe\"></pre>\(Self.script)</body>"
            let file = folder.appendingPathComponent("probe.html")
            try Data(page.utf8).write(to: file)
            let dom = try run(["--virtual-time-budget=10000", "--dump-dom", file.absoluteString], in: folder)
            let start = try #require(dom.range(of: "<pre id=\"probe\">", options: .backwards), "no page from \(path)")
            let end = try #require(dom.range(of: "</pre>", range: start.upperBound..<dom.endIndex))
            let text = dom[start.upperBound..<end.lowerBound].replacing("&lt;", with: "<").replacing("&gt;", with: ">")
                .replacing("&amp;", with: "&")
            return try JSONDecoder().decode([Probe].self, from: Data(text.utf8))
        }
    }

    /// How many pages a page takes on paper.
    func printedPages(_ html: String) throws -> Int {
        try TestData.withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("page.html")
            try Data(html.utf8).write(to: file)
            let paper = folder.appendingPathComponent("page.pdf")
            _ = try run(["--print-to-pdf=\(paper.path)", file.absoluteString], in: folder)
            let pdf = String(decoding: try Data(contentsOf: paper), as: UTF8.self)
            return try #require(
                pdf.matches(of: /\/Type ?\/Pages\b[^>]*?\/Count (\d+)/).compactMap { Int($0.output.1) }.max())
        }
    }

    /// Runs it without a window and returns what it prints.
    private func run(_ arguments: [String], in folder: URL) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments =
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--host-resolver-rules=MAP * ~NOTFOUND",
                "--user-data-dir=\(folder.appendingPathComponent("profile").path)",
            ] + arguments
        let output = folder.appendingPathComponent("output")
        try Data().write(to: output)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return String(decoding: try Data(contentsOf: output), as: UTF8.self)
    }

    private static let script = """
        <script>
        addEventListener('load', () => {
          const probes = [...document.querySelectorAll('iframe')].map(frame => {
            const page = frame.contentDocument, root = page.documentElement, problems = [];
            const folded = root.scrollWidth;
            for (const fold of page.querySelectorAll('details')) fold.open = true;
            const pictures = [...page.querySelectorAll('figure > svg')];
            for (const svg of pictures) {
              const name = svg.querySelector('title').textContent, place = svg.getBoundingClientRect(), box = svg.viewBox.baseVal;
              if (place.width < 200 || place.height < 60 || place.right > root.clientWidth + 0.5)
                problems.push(name + ': has no room');
              const drawn = [...svg.querySelectorAll('path, rect')].filter(shape => {
                const style = getComputedStyle(shape);
                return style.fill != 'none' || style.stroke != 'none';
              });
              if (drawn.length < 4) problems.push(name + ': nothing is drawn');
              for (const shape of drawn) {
                const box = shape.getBBox();
                if (![box.x, box.y, box.width, box.height].every(Number.isFinite)) problems.push(name + ': is no number');
              }
              for (const text of svg.querySelectorAll('text')) {
                const at = text.getBBox();
                if (at.x < -1 || at.y < -1 || at.x + at.width > box.width + 1 || at.y + at.height > box.height + 1)
                  problems.push(name + ": '" + text.textContent + "' is cut off");
              }
            }
            const loaded = frame.contentWindow.performance.getEntriesByType('resource').map(entry => entry.name);
            return {width: frame.clientWidth, viewWidth: root.clientWidth, scrollWidth: Math.max(folded, root.scrollWidth), pictures: pictures.length, loaded, problems,
              isStyled: getComputedStyle(root).getPropertyValue('--ink') != ''};
          });
          document.getElementById('probe').textContent = JSON.stringify(probes);
        });
        </script>
        """
}
