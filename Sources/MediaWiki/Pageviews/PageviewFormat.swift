import Diagnostics

/// The formats of page-view files, recognised by what stands in their first lines.
public enum PageviewFormat: String, Sendable, CaseIterable {
    /// `wiki title page_id access total counts`, in 2011-2015 without `page_id`; one file per kind of agent.
    case complete = "pageview_complete"
    /// `domain title views bytes` per hour: "pageviews" (desktop and mobile) and "pagecounts-raw" (desktop only).
    case hourly = "hourly pageviews"
    /// `title`, a tab, `views`.
    case tabSeparated = "TSV of title and views"
    /// `title,views`, the title in double quotes if it has any, or commas.
    case commaSeparated = "CSV of title and views"

    /// The format that most of the first lines fit; the first in the order above on a tie.
    ///
    /// - Returns: nil when no line fits any.
    static func recognize(_ lines: [UnsafeBufferPointer<UInt8>]) -> PageviewFormat? {
        var votes: [PageviewFormat: Int] = [:]
        for line in lines {
            if let format = format(of: line) { votes[format, default: 0] += 1 }
        }
        let most = votes.values.max()
        return allCases.first { votes[$0] != nil && votes[$0] == most }
    }

    private static func format(of line: UnsafeBufferPointer<UInt8>) -> PageviewFormat? {
        let fields = PageviewLine.fields(of: line, limit: 7)
        switch fields.count {
        case 5, 6:
            if fields[0].contains(UInt8(ascii: ".")), PageviewLine.count(fields[fields.count - 2]) != nil {
                return .complete
            }
        case 4:
            if PageviewLine.count(fields[2]) != nil, PageviewLine.count(fields[3]) != nil { return .hourly }
        default: break
        }
        if let tab = line.lastIndex(of: 0x09), tab > 0, PageviewLine.count(line[(tab + 1)...]) != nil {
            return .tabSeparated
        }
        if let comma = line.lastIndex(of: UInt8(ascii: ",")), comma > 0, PageviewLine.count(line[(comma + 1)...]) != nil
        {
            return .commaSeparated
        }
        return nil
    }
}

/// Why a line of a page-view file was not counted.
public enum PageviewLineProblem: String, Sendable, CaseIterable, Comparable {
    case fieldCount = "wrong number of fields"
    case notANumber = "views are not a whole number"
    case tooLarge = "views do not fit into 64 bits"
    case emptyTitle = "empty title"
    case tooLong = "line longer than 1 MiB"

    /// Alphabetical by the words of messages.
    public static func < (first: Self, second: Self) -> Bool { first.rawValue < second.rawValue }
}

/// Fields and numbers of a line.
enum PageviewLine {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    /// The parts between single blanks; `limit` and more mean "too many".
    static func fields(of line: Bytes, limit: Int) -> [Slice<Bytes>] {
        line.split(separator: 0x20, maxSplits: limit - 1, omittingEmptySubsequences: false)
    }

    /// The value of a field of digits only; nil if it has others or none. Too large values are `Int64.max + 1`.
    static func count(_ field: Slice<Bytes>) -> UInt64? {
        let field = field.last == 0x0D ? field.dropLast() : field
        guard !field.isEmpty else { return nil }
        var value: UInt64 = 0
        for byte in field {
            guard (0x30...0x39).contains(byte) else { return nil }
            if value <= UInt64(Int64.max) / 10 { value = value * 10 + UInt64(byte - 0x30) } else { value = tooLarge }
        }
        return min(value, tooLarge)
    }

    /// Stands for all counts that do not fit.
    static let tooLarge = UInt64(Int64.max) + 1
}
