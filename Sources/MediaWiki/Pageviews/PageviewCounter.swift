import Diagnostics
import Foundation

/// Adds up the page views of one project by title, from any number of files in any of the formats of `PageviewFormat`.
///
/// Titles are counted as requested, in MediaWiki's form: redirects have counts of their own, and pages of all
/// namespaces are in it. Access methods (desktop, mobile) are summed.
/// Memory: about 230 bytes per distinct title at the peak, while the table is sorted (measured with titles of 20 bytes);
/// lines of other projects take none.
public struct PageviewCounter: Sendable {
    /// The project's name in the form `en.wikipedia`.
    public var project: String { names.name }

    private let names: PageviewProject
    private let isCaseSensitive: Bool
    // Keyed by UTF-8 bytes: equal Strings may differ in bytes, and titles that differ in bytes are different pages.
    private var views: [[UInt8]: Int64] = [:]

    /// Creates an empty count.
    ///
    /// - Parameters:
    ///   - project: `en.wikipedia`; `en` stands for the Wikipedia of that language.
    ///   - isCaseSensitive: whether the wiki keeps the case of a title's first letter (`SiteInfo.isCaseSensitive`).
    /// - Throws: `Failure` 64 when `project` is no name of a project.
    public init(project: String, isCaseSensitive: Bool = false) throws {
        names = try PageviewProject(project)
        self.isCaseSensitive = isCaseSensitive
    }

    /// Creates a count of the given files, leaving out those of robots beside those of people.
    ///
    /// - Parameters:
    ///   - jobs: threads for decompression.
    ///   - notify: is told what was read from each file and what was left out.
    ///   - progress: is told now and then how many stored bytes of all files are read.
    /// - Throws: as `PageviewFiles.ofPeople(among:notify:)` and `add(path:jobs:progress:)`.
    public init(
        paths: [String], project: String, isCaseSensitive: Bool = false, jobs: Int = 1,
        notify: (PageviewNotice) -> Void = { _ in }, progress: (_ storedBytes: Int64) -> Void = { _ in }
    ) throws {
        try self.init(project: project, isCaseSensitive: isCaseSensitive)
        var bytesBefore: Int64 = 0
        for path in try PageviewFiles.ofPeople(among: paths, notify: notify) {
            let ledger = try add(path: path, jobs: jobs) { progress(bytesBefore + $0) }
            bytesBefore += ledger.storedBytes
            ledger.notices.forEach(notify)
        }
    }

    /// The views of a title as it stands in a dump; nil when no file has a line for it.
    public func views(of title: String) -> Int64? {
        views[Array(title.utf8)]
    }

    /// The number of distinct titles.
    public var titleCount: Int { views.count }

    /// All titles with their views, sorted by the bytes of the titles.
    public var sortedByTitle: [(title: String, views: Int64)] {
        views.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
            (String(decoding: $0.key, as: UTF8.self), $0.value)
        }
    }

    /// Adds the counts of one file; `-` is standard input. Damaged lines are left out and counted in the ledger.
    ///
    /// - Parameters:
    ///   - jobs: threads for decompression.
    ///   - progress: is told now and then how many stored bytes of the file are read.
    /// - Throws: `Failure` 66 when the file cannot be opened, 65 when it is in no known format, empty, or its
    ///   compression is damaged. Then part of the file may have been added.
    @discardableResult
    public mutating func add(
        path: String, jobs: Int = 1, progress: (_ storedBytes: Int64) -> Void = { _ in }
    ) throws -> PageviewLedger {
        let source = try openByteSource(path: path, jobs: max(1, jobs), cancellation: Cancellation())
        var ledger = PageviewLedger(file: path == InputFile.standardInputPath ? "standard input" : path)
        var reader = LineReader(source: source, file: ledger.file)
        let format = try recognize(reader.firstLines(), ledger: ledger)
        ledger.format = format
        try reader.forEachLine { line in
            ledger.lines += 1
            if ledger.lines % 65_536 == 0 {
                try Interruption.check()
                progress(source.storedBytesRead)
            }
            if let line { add(line, format, &ledger) } else { ledger.record(.tooLong) }
        }
        ledger.storedBytes = source.storedBytesRead
        return ledger
    }

    private func recognize(_ lines: [[UInt8]], ledger: PageviewLedger) throws -> PageviewFormat {
        guard !lines.isEmpty else {
            throw Failure(.badData, file: ledger.file, at: "byte 0", "is empty", remedy: "fetch the file again")
        }
        // Joined, so that the lines have an address while they are looked at.
        let joined = lines.joined(separator: [0x0A])
        let format = Array(joined).withUnsafeBufferPointer { bytes in
            PageviewFormat.recognize(
                bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { UnsafeBufferPointer(rebasing: $0) }
            )
        }
        guard let format else {
            throw Failure(
                .badData, file: ledger.file, at: "line 1", "is in no known page-view format",
                remedy:
                    "give a file of Wikimedia's pageview_complete, pageviews or pagecounts-raw, or lines of title,views"
            )
        }
        return format
    }

    // MARK: - Lines

    private mutating func add(
        _ line: UnsafeBufferPointer<UInt8>, _ format: PageviewFormat, _ ledger: inout PageviewLedger
    ) {
        switch format {
        case .complete: addComplete(line, &ledger)
        case .hourly: addHourly(line, &ledger)
        case .tabSeparated: addPlain(line, separator: 0x09, &ledger)
        case .commaSeparated: addPlain(line, separator: UInt8(ascii: ","), &ledger)
        }
    }

    private mutating func addComplete(_ line: UnsafeBufferPointer<UInt8>, _ ledger: inout PageviewLedger) {
        let fields = fieldsOfProject(line, of: [names.name], &ledger)
        guard !fields.isEmpty else { return }
        switch fields.count {
        case 6: count(fields[1], fields[4], &ledger)
        case 5: count(fields[1], fields[3], &ledger)
        default: ledger.record(.fieldCount)
        }
    }

    private mutating func addHourly(_ line: UnsafeBufferPointer<UInt8>, _ ledger: inout PageviewLedger) {
        let fields = fieldsOfProject(line, of: names.domainCodes, &ledger)
        guard !fields.isEmpty else { return }
        guard fields.count == 4 else { return ledger.record(.fieldCount) }
        count(fields[1], fields[2], &ledger)
    }

    /// The fields of a line of this project; none for lines of others, which are most of the lines.
    private func fieldsOfProject(
        _ line: UnsafeBufferPointer<UInt8>, of codes: [String], _ ledger: inout PageviewLedger
    ) -> [Slice<UnsafeBufferPointer<UInt8>>] {
        guard let blank = line.firstIndex(of: 0x20) else {
            ledger.record(.fieldCount)
            return []
        }
        guard codes.contains(where: { line[..<blank].elementsEqual($0.utf8) }) else {
            ledger.otherProjects += 1
            return []
        }
        return PageviewLine.fields(of: line, limit: 7)
    }

    private mutating func count(
        _ title: Slice<UnsafeBufferPointer<UInt8>>, _ field: Slice<UnsafeBufferPointer<UInt8>>,
        _ ledger: inout PageviewLedger
    ) {
        if title.count == 1, title.first == UInt8(ascii: "-") {
            ledger.unknownTitles += 1
            return
        }
        let bytes = UnsafeBufferPointer(rebasing: title)
        add(PageviewTitle.canonical(requested: bytes, isCaseSensitive: isCaseSensitive), field, &ledger)
    }

    private mutating func addPlain(
        _ line: UnsafeBufferPointer<UInt8>, separator: UInt8, _ ledger: inout PageviewLedger
    ) {
        guard let position = line.lastIndex(of: separator) else { return ledger.record(.fieldCount) }
        var title = Array(line[..<position])
        let field = line[(position + 1)...]
        if ledger.lines == 1, PageviewLine.count(field) == nil {
            ledger.hasHeader = true
            return
        }
        if separator == UInt8(ascii: ","), title.count >= 2, title.first == 0x22, title.last == 0x22 {
            title = Self.withoutDoubledQuotes(title[1..<(title.count - 1)])
        }
        add(PageviewTitle.canonical(title, isCaseSensitive: isCaseSensitive), field, &ledger)
    }

    private mutating func add(
        _ title: [UInt8], _ field: Slice<UnsafeBufferPointer<UInt8>>, _ ledger: inout PageviewLedger
    ) {
        guard let number = PageviewLine.count(field) else { return ledger.record(.notANumber) }
        guard let number = Int64(exactly: number) else { return ledger.record(.tooLarge) }
        guard !title.isEmpty else { return ledger.record(.emptyTitle) }
        let (sum, isTooLarge) = (views[title] ?? 0).addingReportingOverflow(number)
        guard !isTooLarge else { return ledger.record(.tooLarge) }
        views[title] = sum
        ledger.counted += 1
    }

    private static func withoutDoubledQuotes(_ title: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var isSecond = false
        for byte in title {
            isSecond = byte == 0x22 && !isSecond && result.last == 0x22
            if !isSecond { result.append(byte) }
        }
        return result
    }
}
