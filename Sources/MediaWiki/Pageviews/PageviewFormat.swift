import Diagnostics
import Foundation

/// The formats of page-view files, recognised by what stands in their first lines.
public enum PageviewFormat: String, Sendable, CaseIterable {
    /// `wiki title page_id access total counts`, in 2011-2015 without `page_id`; one file per kind of agent.
    case complete = "pageview_complete"
    /// `domain title views bytes` per hour: "pageviews" (desktop and mobile) and "pagecounts-raw" (desktop only).
    case hourly = "hourly pageviews"
    /// `title`, a tab, `views`.
    case tabSeparated = "TSV of title and views"
    /// `title,views`; a title may stand in double quotes, and must if it begins with one. Views may, too.
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
        let fields = PageviewFields(line)
        switch fields.count {
        case 5, 6:
            if fields[0].contains(UInt8(ascii: ".")), PageviewCount.value(fields[fields.count - 2]) != nil {
                return .complete
            }
        case 4:
            if PageviewCount.value(fields[2]) != nil, PageviewCount.value(fields[3]) != nil { return .hourly }
        default: break
        }
        if let tab = line.lastIndex(of: 0x09), tab > 0, PageviewCount.value(line.from(tab + 1)) != nil {
            return .tabSeparated
        }
        if let comma = line.lastIndex(of: UInt8(ascii: ",")), comma > 0,
            PageviewCount.value(PageviewCount.unquoted(line.from(comma + 1))) != nil
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

/// The parts of a line between single blanks, seven at most.
///
/// A view of the line's bytes, to be used while they are there.
struct PageviewFields {
    /// Seven stands for more than any format has.
    private(set) var count = 0
    private let line: UnsafeBufferPointer<UInt8>
    private var ends = InlineArray<7, Int>(repeating: 0)

    init(_ line: UnsafeBufferPointer<UInt8>) {
        self.line = line
        var start = 0
        while count < ends.count {
            let end = line.firstIndex(of: 0x20, from: start)
            ends[count] = end ?? line.count
            count += 1
            guard let end else { break }
            start = end + 1
        }
    }

    subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: line[(index == 0 ? 0 : ends[index - 1] + 1)..<ends[index]])
    }
}

/// The numbers in page-view files.
enum PageviewCount {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    /// The value of a field of digits only; nil if it has others or none. Too large values are `Int64.max + 1`.
    static func value(_ field: Bytes) -> UInt64? {
        let field = field.last == 0x0D ? Bytes(rebasing: field.dropLast()) : field
        guard !field.isEmpty else { return nil }
        var value: UInt64 = 0
        for byte in field {
            guard (0x30...0x39).contains(byte) else { return nil }
            if value <= UInt64(Int64.max) / 10 { value = value * 10 + UInt64(byte - 0x30) } else { value = tooLarge }
        }
        return min(value, tooLarge)
    }

    /// A field of a CSV file without the double quotes around it.
    static func unquoted(_ field: Bytes) -> Bytes {
        let field = field.last == 0x0D ? Bytes(rebasing: field.dropLast()) : field
        guard field.count >= 2, field.first == 0x22, field.last == 0x22 else { return field }
        return Bytes(rebasing: field[1..<(field.count - 1)])
    }

    /// Stands for all counts that do not fit.
    static let tooLarge = UInt64(Int64.max) + 1
}

extension UnsafeBufferPointer<UInt8> {
    /// The index of the first `byte` at or after `start`.
    func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        guard let base = baseAddress, start < count, let hit = memchr(base + start, Int32(byte), count - start) else {
            return nil
        }
        return UnsafeRawPointer(hit) - UnsafeRawPointer(base)
    }

    /// The bytes from `start` to the end.
    func from(_ start: Int) -> Self { Self(rebasing: self[start...]) }
}
