import MediaWiki

/// The account of a generation: pages read = eligible + rejected by reason, and what was left out of the articles.
public struct GenerationLedger: Sendable, Equatable {
    /// Pages of the dump.
    public var pagesRead = 0
    /// Articles: pages that are neither set aside nor damaged nor repeated.
    public var articles = 0
    /// Articles with enough facts.
    public var eligible = 0
    /// Eligible articles without a row in the view files.
    public var withoutViews = 0
    /// Concepts that were drawn and could not be written.
    public var notWritable = 0
    /// Concepts in the result.
    public var concepts = 0
    /// Pages by the reason why they are not eligible.
    public var rejected: [String: Int] = [:]
    /// Damage of the dump that is not about single pages, by reason.
    public var damage: [String: Int] = [:]
    /// What was read from each view file and what was left out, as lines of text.
    public var viewFiles: [String] = []
    /// Values of infoboxes and leads that could not be read with certainty, by reason.
    public private(set) var dropped: [String: Int] = [:]

    /// Reasons that are told apart: they name templates, of which a hostile dump may have any number.
    static let reasonLimit = 1000
    static let otherReasons = "other reasons"

    /// Counts values that were left out of an article.
    mutating func add(dropped counts: [String: Int]) {
        for (reason, count) in counts {
            let isKnown = dropped[reason] != nil || dropped.count < Self.reasonLimit
            dropped[isKnown ? reason : Self.otherReasons, default: 0] += count
        }
    }

    /// Takes over what the reading of the dump left out.
    mutating func add(_ ledger: DumpLedger) {
        pagesRead = ledger.pagesRead
        for (reason, count) in ledger.skipped {
            if reason.concernsOnePage { rejected[reason.rawValue] = count } else { damage[reason.rawValue] = count }
        }
    }

    /// As it is stored: one entry for each count.
    var metadata: [String: String] {
        var result = [
            "pages read": pagesRead, "articles": articles, "eligible concepts": eligible,
            "articles without views": withoutViews, "concepts not writable": notWritable,
        ]
        for (reason, count) in rejected { result["pages rejected: \(reason)"] = count }
        for (reason, count) in damage { result["damage skipped: \(reason)"] = count }
        for (reason, count) in dropped { result["values dropped: \(reason)"] = count }
        var texts = result.mapValues(String.init)
        for (index, line) in viewFiles.enumerated() { texts["view file note \(index + 1)"] = line }
        return texts
    }

    /// As it is printed: the most frequent reasons first, of those for values the first five.
    var rows: [(label: String, text: String)] {
        var rows = [("pages read", String(pagesRead)), ("eligible concepts", String(eligible))]
        rows += Self.byFrequency(rejected)
        if !damage.isEmpty {
            rows += [("damage skipped", String(damage.values.reduce(0, +)))] + Self.byFrequency(damage)
        }
        if !dropped.isEmpty {
            rows.append(("values dropped", String(dropped.values.reduce(0, +))))
            rows += Self.byFrequency(dropped).prefix(5)
            if dropped.count > 5 { rows.append(("  \(dropped.count - 5) more reasons", "see inspect")) }
        }
        return rows
    }

    private static func byFrequency(_ counts: [String: Int]) -> [(String, String)] {
        counts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map { ("  \($0.key)", String($0.value)) }
    }
}
