import Diagnostics

/// Where the views of titles are added up.
protocol PageviewTally {
    /// Adds to the views of a title; false, and nothing is added, when the sum does not fit.
    mutating func add(_ views: Int64, to title: UnsafeBufferPointer<UInt8>) -> Bool
}

/// Reads page-view files: finds the lines of one project, and brings their titles to the form that dumps have.
struct PageviewReader: Sendable {
    let project: PageviewProject
    private let isCaseSensitive: Bool
    private let names: [[UInt8]]
    private let domainCodes: [[UInt8]]
    /// The title of the line at hand.
    private var title: [UInt8] = []

    init(project: PageviewProject, isCaseSensitive: Bool) {
        self.project = project
        self.isCaseSensitive = isCaseSensitive
        names = [Array(project.name.utf8)]
        domainCodes = project.domainCodes.map { Array($0.utf8) }
    }

    /// Adds the counts of one file to `tally`; `-` is standard input. See `PageviewCounter.add(path:jobs:progress:)`.
    mutating func read<Tally: PageviewTally>(
        path: String, jobs: Int, into tally: inout Tally, progress: (_ storedBytes: Int64) -> Void
    ) throws -> PageviewLedger {
        try WorkerPool.with(jobs: jobs, waiting: 1) { pool in
            try read(path: path, pool: pool, into: &tally, progress: progress)
        }
    }

    private mutating func read<Tally: PageviewTally>(
        path: String, pool: WorkerPool, into tally: inout Tally, progress: (_ storedBytes: Int64) -> Void
    ) throws -> PageviewLedger {
        let source = try openByteSource(path: path, pool: pool, cancellation: Cancellation())
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
            if let line { add(line, format, to: &tally, &ledger) } else { ledger.record(.tooLong) }
        }
        ledger.storedBytes = source.storedBytesRead
        return ledger
    }

    /// Adds the counts of several files, leaving out those of robots beside those of people.
    ///
    /// - Parameter progress: is told now and then how many stored bytes of all files are read.
    mutating func read<Tally: PageviewTally>(
        paths: [String], jobs: Int, into tally: inout Tally, notify: (PageviewNotice) -> Void,
        progress: (_ storedBytes: Int64) -> Void
    ) throws {
        var bytesBefore: Int64 = 0
        for path in try PageviewFiles.ofPeople(among: paths, notify: notify) {
            let ledger = try read(path: path, jobs: jobs, into: &tally) { progress(bytesBefore + $0) }
            bytesBefore += ledger.storedBytes
            ledger.notices.forEach(notify)
        }
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
}

// MARK: - Lines

extension PageviewReader {
    private typealias Bytes = UnsafeBufferPointer<UInt8>

    private mutating func add<Tally: PageviewTally>(
        _ line: Bytes, _ format: PageviewFormat, to tally: inout Tally, _ ledger: inout PageviewLedger
    ) {
        switch format {
        case .complete: addComplete(line, to: &tally, &ledger)
        case .hourly: addHourly(line, to: &tally, &ledger)
        case .tabSeparated: addPlain(line, separator: 0x09, to: &tally, &ledger)
        case .commaSeparated: addPlain(line, separator: UInt8(ascii: ","), to: &tally, &ledger)
        }
    }

    private mutating func addComplete<Tally: PageviewTally>(
        _ line: Bytes, to tally: inout Tally, _ ledger: inout PageviewLedger
    ) {
        guard isOfProject(line, names, &ledger) else { return }
        let fields = PageviewFields(line)
        switch fields.count {
        case 6: addRequested(fields[1], fields[4], to: &tally, &ledger)
        case 5: addRequested(fields[1], fields[3], to: &tally, &ledger)
        default: ledger.record(.fieldCount)
        }
    }

    private mutating func addHourly<Tally: PageviewTally>(
        _ line: Bytes, to tally: inout Tally, _ ledger: inout PageviewLedger
    ) {
        guard isOfProject(line, domainCodes, &ledger) else { return }
        let fields = PageviewFields(line)
        guard fields.count == 4 else { return ledger.record(.fieldCount) }
        addRequested(fields[1], fields[2], to: &tally, &ledger)
    }

    /// Most lines are of other projects.
    private func isOfProject(_ line: Bytes, _ codes: [[UInt8]], _ ledger: inout PageviewLedger) -> Bool {
        for code in codes where line.count > code.count && line[code.count] == 0x20 && line.starts(with: code) {
            return true
        }
        if line.firstIndex(of: 0x20, from: 0) == nil {
            ledger.record(.fieldCount)
        } else {
            ledger.otherProjects += 1
        }
        return false
    }

    private mutating func addRequested<Tally: PageviewTally>(
        _ requested: Bytes, _ field: Bytes, to tally: inout Tally, _ ledger: inout PageviewLedger
    ) {
        if requested.count == 1, requested.first == UInt8(ascii: "-") {
            ledger.unknownTitles += 1
            return
        }
        PageviewTitle.canonicalize(requested: requested, isCaseSensitive: isCaseSensitive, into: &title)
        addTitle(PageviewCount.value(field), to: &tally, &ledger)
    }

    private mutating func addPlain<Tally: PageviewTally>(
        _ line: Bytes, separator: UInt8, to tally: inout Tally, _ ledger: inout PageviewLedger
    ) {
        // Spreadsheets begin UTF-8 with a mark of it.
        let line = ledger.lines == 1 && line.starts(with: [0xEF, 0xBB, 0xBF]) ? line.from(3) : line
        guard let position = line.lastIndex(of: separator) else { return ledger.record(.fieldCount) }
        let plain = Bytes(rebasing: line[..<position])
        let isCSV = separator == UInt8(ascii: ",")
        let field = line.from(position + 1)
        let number = PageviewCount.value(isCSV ? PageviewCount.unquoted(field) : field)
        if ledger.lines == 1, number == nil {
            ledger.hasHeader = true
            return
        }
        if isCSV, plain.count >= 2, plain.first == 0x22, plain.last == 0x22 {
            Self.withoutDoubledQuotes(plain[1..<(plain.count - 1)]).withUnsafeBufferPointer {
                PageviewTitle.canonicalize($0, isCaseSensitive: isCaseSensitive, into: &title)
            }
        } else {
            PageviewTitle.canonicalize(plain, isCaseSensitive: isCaseSensitive, into: &title)
        }
        addTitle(number, to: &tally, &ledger)
    }

    /// Counts `title`.
    private func addTitle<Tally: PageviewTally>(
        _ number: UInt64?, to tally: inout Tally, _ ledger: inout PageviewLedger
    ) {
        guard let number else { return ledger.record(.notANumber) }
        guard let number = Int64(exactly: number) else { return ledger.record(.tooLarge) }
        guard !title.isEmpty else { return ledger.record(.emptyTitle) }
        guard title.withUnsafeBufferPointer({ tally.add(number, to: $0) }) else { return ledger.record(.tooLarge) }
        ledger.counted += 1
    }

    private static func withoutDoubledQuotes(_ title: Slice<Bytes>) -> [UInt8] {
        var result: [UInt8] = []
        var isSecond = false
        for byte in title {
            isSecond = byte == 0x22 && !isSecond && result.last == 0x22
            if !isSecond { result.append(byte) }
        }
        return result
    }
}
