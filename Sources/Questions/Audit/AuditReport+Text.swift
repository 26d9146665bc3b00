import Foundation
import Statistics

extension AuditReport {
    /// The report for a terminal, ended by a line feed.
    public var text: String {
        var lines = ["\(concepts) concepts, \(questions) questions", "", "Hard rules"]
        for rule in rules {
            let count = rule.violations > 0 ? " (\(rule.violations) times)" : ""
            lines.append("  \(Self.padded(rule.outcome.rawValue + count, 26))\(rule.rule)")
            lines += rule.examples.map { "      \($0)" }
        }
        lines += ["", "Positions of the answers", "  \(positionsText)", ""]
        lines.append("Guessers that never see the question (ideal: 25 %, 50 % for the two middle ones)")
        lines += guessers.map(Self.line)
        for (title, counts) in [
            ("Questions by source", sources), ("Questions by where their wrong options come from", optionSources),
            ("Questions by tier", tiers), ("Questions by kind", kinds),
            ("Questions by relation", relations),
        ] where !counts.isEmpty {
            lines += ["", title] + Self.table(counts)
        }
        if let pagesRead, let pagesKept {
            lines +=
                ["", "Pages", "  \(pagesRead) read", "  \(pagesKept) kept"]
                + Self.table(pagesRejected, suffix: " rejected: ")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var positionsText: String {
        let counts = zip(["A", "B", "C", "D"], positions.counts).map { "\($0) \($1)" }.joined(separator: ", ")
        return counts + (positions.p.map { String(format: "; chi-squared p = %.3f", $0) } ?? "")
    }

    private static func line(_ guesser: Guesser) -> String {
        let interval = guesser.interval.map { String(format: " [%.1f, %.1f]", $0.low * 100, $0.high * 100) } ?? ""
        let accuracy = String(format: "%5.1f %%", guesser.accuracy * 100)
        return "  \(padded(guesser.name, 36))\(accuracy)\(interval), n = \(guesser.questions)"
    }

    /// Counts in order of size, then by name.
    private static func table(_ counts: [String: Int], suffix: String = "  ") -> [String] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { entry in
            let number = String(entry.value)
            return "  \(String(repeating: " ", count: max(0, 6 - number.count)))\(number)\(suffix)\(entry.key)"
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
