import Diagnostics

/// What to do about damaged pages and damaged stored bytes (`--on-error`).
public enum DamagePolicy: String, Sendable, CaseIterable {
    /// The first damage is an error.
    case stop
    /// Damage is counted and reported, and reading goes on after it.
    case skip
}

/// Why something of a dump was not used. Raw values are the words of messages and stored ledgers.
public enum DamageReason: String, Sendable, CaseIterable, Comparable {
    // Pages that are whole but cannot be used.
    case missingTitle = "page without title"
    case titleTooLong = "title longer than 255 bytes"
    case missingID = "page without id"
    case badID = "page id is not a number"
    case badNamespace = "namespace is not a number"
    case missingRevision = "page without revision"
    case missingText = "revision without text element"
    case textTooLong = "text longer than 64 MiB"
    // Pages that are not whole.
    case brokenPage = "page with broken XML"
    case cutOffPage = "page cut off before its end"
    // Not about single pages.
    case brokenXML = "broken XML between pages"
    case damagedBlock = "damaged compressed data"
    case trailingGarbage = "garbage after compressed data"
    case truncated = "unexpected end of data"

    /// Whether each case of this is one page, so that pages read = kept + the sum of these.
    public var concernsOnePage: Bool {
        switch self {
        case .missingTitle, .titleTooLong, .missingID, .badID, .badNamespace, .missingRevision, .missingText,
            .textTooLong,
            .brokenPage, .cutOffPage:
            true
        case .brokenXML, .damagedBlock, .trailingGarbage, .truncated: false
        }
    }

    /// Whether this is left out under either policy: it occurs in sound files and means no loss of an article.
    var isAlwaysSkipped: Bool { self == .titleTooLong }

    /// Alphabetical by the words of messages.
    public static func < (first: DamageReason, second: DamageReason) -> Bool { first.rawValue < second.rawValue }
}

/// The account of a reading: nothing is left out of a dump without being counted here.
public struct DumpLedger: Sendable, Equatable {
    /// One thing that was left out.
    public struct Entry: Sendable, Equatable {
        /// The file, as the user named it.
        public var file: String
        /// The place inside the file.
        public var place: String
        /// What it was counted as.
        public var reason: DamageReason
        /// What exactly was found.
        public var problem: String

        /// As one line for the user.
        public var description: String {
            Failure(.badData, file: file, at: place, problem).description
        }
    }

    /// At most this many entries are kept; all are counted.
    public static let entryLimit = 20

    /// Pages that were handed on.
    public internal(set) var pagesKept = 0
    /// Everything that was not, by reason.
    public internal(set) var skipped: [DamageReason: Int] = [:]
    /// The first `entryLimit` of it.
    public internal(set) var entries: [Entry] = []
    /// Stored (compressed) bytes read.
    public internal(set) var storedBytes: Int64 = 0
    /// Bytes of XML read.
    public internal(set) var xmlBytes: Int64 = 0

    /// Creates an empty ledger.
    public init() {}

    /// Pages left out. Whole pages inside damaged compressed data are not known and not in it.
    public var pagesSkipped: Int {
        skipped.reduce(0) { $0 + ($1.key.concernsOnePage ? $1.value : 0) }
    }

    /// Pages seen: kept and left out.
    public var pagesRead: Int { pagesKept + pagesSkipped }

    /// Lines that tell the user what was left out, each with its place; empty if nothing was.
    public var warnings: [String] {
        var lines = entries.map { "skipped: \($0.description)" }
        let total = skipped.values.reduce(0, +)
        if total > entries.count { lines.append("skipped: \(total - entries.count) more, counted only") }
        return lines
    }

    /// The account in one line.
    public var summary: String {
        let counts = skipped.sorted { $0.key < $1.key }.map { "; \($0.key.rawValue): \($0.value)" }.joined()
        return "\(pagesRead) pages read, \(pagesKept) kept, \(pagesSkipped) skipped\(counts)"
    }

    mutating func record(_ entry: Entry) {
        skipped[entry.reason, default: 0] += 1
        if entries.count < Self.entryLimit { entries.append(entry) }
    }
}
