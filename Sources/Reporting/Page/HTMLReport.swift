import Diagnostics
import Foundation
public import Scores

/// One HTML file that says all there is to say about the runs of a store.
///
/// It needs nothing but itself: style sheet and pictures are inside, there is no script, nothing is loaded, and its content
/// security policy has browsers see to that. The same runs give the same bytes.
public struct HTMLReport {
    private let results: [EvaluationResults]
    private let overlaps: [OverlapMatrix?]
    private let metadata: [String: String]
    private let storeName: String
    private let programVersion: String

    /// A report.
    ///
    /// - Parameters:
    ///   - results: the runs, in the order of the page.
    ///   - overlaps: per run how much the masks of its concepts share; empty where that is not to be shown.
    ///   - metadata: where the store's questions come from.
    ///   - storeName: path of the store; the page shows only its last part.
    ///   - programVersion: version of specwiki-eval.
    public init(
        results: [EvaluationResults], overlaps: [OverlapMatrix?] = [], metadata: [String: String], storeName: String,
        programVersion: String
    ) {
        precondition(overlaps.isEmpty || overlaps.count == results.count, "an overlap for each run")
        self.results = results
        self.overlaps = overlaps
        self.metadata = metadata
        self.storeName = (storeName as NSString).lastPathComponent
        self.programVersion = programVersion
    }

    /// Writes the page; the file appears whole or not at all.
    ///
    /// - Throws: `Failure` 65 when there is no run, 73 when the file cannot be written.
    public func write(to path: String) throws {
        guard !results.isEmpty else {
            throw Failure(
                .badData, file: storeName, "the store holds no run",
                remedy: "evaluate a model with `specwiki-eval run` first")
        }
        try OutputFile.write(Data(html().utf8), to: path)
    }

    /// The page.
    public func html() -> String {
        let names = RunNames(labels: results.map(\.settings.label)).names
        let sections = results.enumerated().map {
            RunSection(
                results: $1, name: names[$0], number: $0 + 1, overlap: overlaps.isEmpty ? nil : overlaps[$0]
            ).html()
        }
        let about = AboutSection(
            results: results, metadata: metadata, storeName: storeName, programVersion: programVersion)
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="color-scheme" content="light dark">
            <meta name="generator" content="specwiki-eval \(HTMLText.plain(programVersion))">
            <title>SpecWiki report: \(HTMLText.plain(storeName))</title>
            <style>
            \(StyleSheet.text)
            </style>
            </head>
            <body>
            <header>
            <h1>What does the model know, and where?</h1>
            <p class="lead">SpecWiki report on \(HTMLText.name(storeName)). Questions about concepts of known popularity are
            put to a language model; then the parameters that respond most to a concept are switched off and the questions
            are put again. A model whose knowledge is specialized loses the concept and keeps the rest.</p>
            \(navigation(names))</header>
            <main>
            \(ComparisonSection.html(results, names: names))\(sections.joined())\(about.html())</main>
            <footer><p>specwiki-eval \(HTMLText.plain(programVersion))</p></footer>
            </body>
            </html>

            """
    }

    private func navigation(_ names: [String]) -> String {
        var links: [(String, String)] = results.count > 1 ? [("comparison", "Comparison")] : []
        links += names.enumerated().map { ("run-\($0 + 1)", HTMLText.name($1)) }
        if !metadata.isEmpty { links.append(("store", "The store")) }
        links += [("definitions", "Definitions"), ("reproduce", "Citing and repeating")]
        let items = links.map { "<li><a href=\"#\($0)\">\($1)</a></li>" }
        return "<nav aria-label=\"Contents\"><ul>\(items.joined())</ul></nav>\n"
    }
}
