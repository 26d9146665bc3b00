import Diagnostics

/// The account of one page-view file: lines = counted + other projects + unknown titles + malformed (+ a header).
public struct PageviewLedger: Sendable, Equatable {
    /// The file, as the user named it.
    public let file: String
    /// The format its first lines have; nil before it was read.
    public internal(set) var format: PageviewFormat?
    /// Stored (compressed) bytes read.
    public internal(set) var storedBytes: Int64 = 0
    /// All lines.
    public internal(set) var lines = 0
    /// Lines that were counted.
    public internal(set) var counted = 0
    /// Lines of other projects.
    public internal(set) var otherProjects = 0
    /// Lines with the title `-`, which stands for "unknown".
    public internal(set) var unknownTitles = 0
    /// Whether the first line of a table names its columns.
    public internal(set) var hasHeader = false
    /// Lines that make no sense, by reason.
    public internal(set) var malformed: [PageviewLineProblem: Int] = [:]
    /// The numbers of the first malformed lines, from 1; at most `placeLimit`.
    public internal(set) var malformedLines: [Int] = []

    /// At most this many places are kept; all malformed lines are counted.
    public static let placeLimit = 20

    init(file: String) {
        self.file = file
    }

    /// One line on what was read and, if there were malformed lines, one on them.
    public var notices: [PageviewNotice] {
        let name = format?.rawValue ?? "unknown format"
        var result = [
            PageviewNotice(
                text: "\(file): \(name), \(lines) lines, \(counted) of this project counted", isWarning: false)
        ]
        let total = malformed.values.reduce(0, +)
        if total > 0 {
            let reasons = malformed.sorted { $0.key < $1.key }.map { "\($0.key.rawValue): \($0.value)" }
            let places = malformedLines.map(String.init).joined(separator: ", ")
            let more = total > malformedLines.count ? ", ..." : ""
            let problem = "\(total) malformed lines skipped (\(reasons.joined(separator: "; ")))"
            let text = Failure(.badData, file: file, at: "lines \(places)\(more)", problem).description
            result.append(PageviewNotice(text: text, isWarning: true))
        }
        return result
    }

    mutating func record(_ problem: PageviewLineProblem) {
        malformed[problem, default: 0] += 1
        if malformedLines.count < Self.placeLimit { malformedLines.append(lines) }
    }
}

/// Something to tell the user about page-view files.
public struct PageviewNotice: Sendable, Equatable {
    /// One line.
    public var text: String
    /// Whether something was left out that the user may have wanted.
    public var isWarning: Bool
}
