import Diagnostics
import Foundation

/// Reads the pages of one file: stored bytes -> XML -> pages, and finds the way back after damage.
///
/// With `.stop` the first damage is thrown. With `.skip` it is recorded and reading goes on at the next `<page>`;
/// only what says that the file is no dump at all (another root element, a DOCTYPE, nothing) is thrown.
struct DumpFileReader {
    /// What a reading hands on, in the order of the file.
    enum Event {
        /// Once per file, before its first page; the default if the file has none.
        case siteInfo(SiteInfo)
        case page(Page)
        /// A piece of the file is done; `storedBytes` of it so far.
        case progress(storedBytes: Int64)
    }

    private let fileName: String
    private let source: any ByteSource
    private let policy: DamagePolicy
    private var ledger: DumpLedger
    private let emit: (Event) throws -> Void

    private var parser: DumpXMLParser
    private var boundaries = PageBoundaries()
    /// Whether bytes are dropped up to the next place where a page may begin.
    private var isSeeking = false
    /// The encoding in which the parser is started again; nil if that is not possible.
    private var encoding: DeclaredEncoding?
    private var hasEmittedSiteInfo = false
    private var hasDamage = false
    /// Whether stored bytes before the XML at hand were damaged, so that nobody knows how long the XML before it was.
    private var hasHole = false
    /// The place of the next piece in the XML of this file.
    private var line: Int64 = 1
    private var xmlByte: Int64 = 0
    private var storedOffset: Int64 = 0
    private var storedPlaces = StoredPlaces()
    /// What the XML begins with, if it is XML.
    private var firstBytes: [UInt8] = []

    /// Reads all of `path`; adds to `ledger`, also when it throws.
    static func read(
        path: String, pool: WorkerPool, policy: DamagePolicy, cancellation: Cancellation, ledger: inout DumpLedger,
        emit: (Event) throws -> Void
    ) throws {
        let source = try openByteSource(path: path, pool: pool, cancellation: cancellation)
        try withoutActuallyEscaping(emit) { emit in
            var reader = try DumpFileReader(path: path, source: source, policy: policy, ledger: ledger, emit: emit)
            defer { ledger = reader.ledger }
            try reader.readAll()
        }
    }

    private init(
        path: String, source: any ByteSource, policy: DamagePolicy, ledger: DumpLedger,
        emit: @escaping (Event) throws -> Void
    ) throws {
        fileName = path == InputFile.standardInputPath ? "standard input" : path
        self.source = source
        self.policy = policy
        self.ledger = ledger
        self.emit = emit
        parser = try DumpXMLParser(
            handler: DumpContentHandler(siteInfo: SiteInfo()), line: 1, byte: 0)
    }

    private mutating func readAll() throws {
        let bytesBefore = ledger.storedBytes
        defer {
            ledger.storedBytes = bytesBefore + source.storedBytesRead
            ledger.xmlBytes += xmlByte
        }
        while let chunk = try source.next() {
            switch chunk {
            case .bytes(let bytes, let offset):
                storedOffset = offset
                storedPlaces.add(source.storedPlace, count: bytes.count, needed: firstByteNeeded)
                if firstBytes.count < Self.longestIndexStart {
                    firstBytes += bytes.prefix(Self.longestIndexStart - firstBytes.count)
                }
                try feed(bytes, isLast: false)
            case .damage(let damage):
                try feed([], isLast: true)
                try handle(damage)
            }
            try emit(.progress(storedBytes: source.storedBytesRead))
        }
        try feed([], isLast: true)
        try finish()
    }

    // MARK: - Bytes

    private mutating func feed(_ bytes: [UInt8], isLast: Bool) throws {
        var boundaries = boundaries
        try boundaries.forEachPiece(of: bytes, isLast: isLast, joinsPages: true) { piece, mayBeginPage in
            if mayBeginPage, !isSeeking, try feedSoundPages(piece) { return }
            try PageBoundaries.forEachPiece(of: piece, before: piece.count, joinsPages: false) { part, beginsPart in
                try feed(part, mayBeginPage: beginsPart)
            }
        }
        self.boundaries = boundaries
    }

    /// Feeds a piece of several pages at once.
    ///
    /// - Returns: false if something is wrong in it; then the parser stands before the piece again, which is to be fed page by
    ///   page, so that what is wrong gets its place.
    private mutating func feedSoundPages(_ piece: UnsafeBufferPointer<UInt8>) throws -> Bool {
        guard let encoding = parser.encoding, parser.handler.hasRoot, parser.handler.draft == nil,
            parser.problem == nil
        else { return false }
        parser.feed(piece)
        if parser.problem != nil {
            self.encoding = encoding
            try restartParser()
            return false
        }
        try emitFinishedPages()
        line += piece.countOfLineFeeds
        xmlByte += Int64(piece.count)
        return true
    }

    private mutating func feed(_ piece: UnsafeBufferPointer<UInt8>, mayBeginPage: Bool) throws {
        defer {
            line += piece.countOfLineFeeds
            xmlByte += Int64(piece.count)
        }
        let isRestart = isSeeking
        if isRestart {
            guard mayBeginPage else { return }
            try restartParser()
        }
        let pagesBegun = parser.handler.pagesBegun
        parser.feed(piece)
        try emitFinishedPages()
        guard let problem = parser.problem else { return }
        try handle(problem)
        // The page in which the problem is may have begun in an earlier piece. Then this piece may begin a sound page.
        if mayBeginPage, !isRestart, parser.handler.pagesBegun == pagesBegun {
            try restartParser()
            parser.feed(piece)
            try emitFinishedPages()
            if let problem = parser.problem { try handle(problem) }
        }
    }

    private mutating func restartParser() throws {
        let handler = DumpContentHandler(siteInfo: parser.handler.siteInfo)
        parser = try DumpXMLParser(handler: handler, line: line, byte: xmlByte, continued: encoding)
        isSeeking = false
    }

    private mutating func finish() throws {
        if xmlByte == 0, !hasDamage {
            throw Failure(.badData, file: fileName, at: "byte 0", "is empty", remedy: "fetch the dump again")
        }
        if !isSeeking {
            parser.finish()
            try emitFinishedPages()
            if let problem = parser.problem { try handle(problem) }
        }
        if !hasEmittedSiteInfo { try emitSiteInfo() }
    }

    // MARK: - Pages

    private mutating func emitFinishedPages() throws {
        for finished in parser.handler.takeFinished() {
            switch finished.result {
            case .success(let page):
                if !hasEmittedSiteInfo { try emitSiteInfo() }
                ledger.pagesKept += 1
                var page = page
                page.place = page.place?.byteOffset.map { place(atByte: $0) }
                try emit(.page(page))
            case .failure(let rejection):
                let place = Self.place(of: finished.title, "line \(finished.line)")
                try skip(rejection.reason, at: place, rejection.reason.rawValue)
            }
        }
    }

    /// Where a page stands that begins at a byte of the XML as far as it was unpacked.
    private func place(atByte byte: Int64) -> PagePlace {
        let stored = storedPlaces.place(ofByte: byte)
        return PagePlace(
            byteOffset: hasHole ? nil : byte, streamOffset: stored?.stream, blockOffset: stored?.block)
    }

    /// The first byte of the XML at which a page may begin that was not emitted yet.
    private var firstByteNeeded: Int64 {
        if isSeeking { return xmlByte }
        return min(parser.handler.draft?.byte ?? .max, parser.currentByte)
    }

    private mutating func emitSiteInfo() throws {
        hasEmittedSiteInfo = true
        try emit(.siteInfo(parser.handler.siteInfo))
    }

    // MARK: - Damage

    private mutating func handle(_ damage: StoredDamage) throws {
        let draft = isSeeking ? nil : parser.handler.draft
        hasHole = true
        try beginSeeking()
        boundaries.reset()
        try skip(damage.reason, at: "byte \(damage.offset)", damage.problem)
        if let draft {
            try skip(
                .cutOffPage, at: Self.place(of: draft.shownTitle, "line \(draft.line)"), "is cut off by the damage")
        }
    }

    private mutating func handle(_ problem: DumpXMLParser.Problem) throws {
        let place = place(of: problem)
        guard parser.handler.hasRoot else { throw noDump(problem, at: place) }
        try beginSeeking()
        let message =
            switch problem.refusal {
            case .root, .doctype: throw noDump(problem, at: place)
            case .nesting: "elements are nested deeper than any dump's"
            case .pageInsidePage: "the next page begins before this one ends"
            case nil: problem.isTruncation ? "unexpected end of XML" : "XML error: \(problem.message)"
            }
        if let draft = parser.handler.draft {
            try skip(
                problem.isTruncation ? .cutOffPage : .brokenPage, at: Self.place(of: draft.shownTitle, place), message)
        } else {
            try skip(problem.isTruncation ? .truncated : .brokenXML, at: place, message)
        }
    }

    /// From here on bytes are dropped, up to the next place where a page may begin.
    private mutating func beginSeeking() throws {
        hasDamage = true
        isSeeking = true
        encoding = parser.encoding
        if encoding == nil, policy == .skip {
            throw Failure(
                .badData, file: fileName, at: "byte \(xmlByte) of the XML",
                "is damaged, and in an encoding in which the next page cannot be found",
                remedy: "convert it to UTF-8, for instance with iconv")
        }
    }

    /// Records what is left out, or throws it.
    private mutating func skip(_ reason: DamageReason, at place: String, _ problem: String) throws {
        if policy == .stop, !reason.isAlwaysSkipped {
            let remedy =
                switch reason {
                case .damagedBlock, .trailingGarbage, .truncated, .cutOffPage:
                    "fetch the file again, or use --on-error skip to do without it"
                default: "use --on-error skip to leave it out"
                }
            throw Failure(.badData, file: fileName, at: place, problem, remedy: remedy)
        }
        ledger.record(DumpLedger.Entry(file: fileName, place: place, reason: reason, problem: problem))
    }

    /// Two numbers of any dump, and their colons.
    private static let longestIndexStart = 42

    /// Whether `start` is that of a line of the index that comes with a multistream dump: offset, page id and title,
    /// with colons between.
    private static func isIndex(_ start: [UInt8]) -> Bool {
        let fields = start.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return fields.count == 3 && fields.prefix(2).allSatisfy { !$0.isEmpty && $0.allSatisfy(digits.contains) }
    }

    /// The failure of a file that is something else, whatever the policy.
    private func noDump(_ problem: DumpXMLParser.Problem, at place: String) -> Failure {
        if Self.isIndex(firstBytes) {
            return Failure(
                .badData, file: fileName, at: place, "is the index of a multistream dump, not a dump",
                remedy: "leave it out: the dump is read without it")
        }
        let name: String? =
            switch problem.refusal {
            case .root(let name), .doctype(let name): name
            default: nil
            }
        if let name, name.lowercased() == "html" {
            return Failure(
                .badData, file: fileName, at: place, "is an HTML page, not a MediaWiki XML dump",
                remedy: "it is probably a server's error message: fetch the dump again")
        }
        let what =
            switch problem.refusal {
            case .root(let name): "the root element is “\(name)”, not “mediawiki”"
            case .doctype: "has a DOCTYPE, which no dump has"
            default: "is not a MediaWiki XML dump (\(problem.message))"
            }
        return Failure(.badData, file: fileName, at: place, what, remedy: "give a pages-articles dump of a wiki")
    }

    private func place(of problem: DumpXMLParser.Problem) -> String {
        let place = "line \(problem.line), byte \(problem.byte)"
        return source is PlainSource ? place : "\(place) of the XML (packed at byte \(storedOffset))"
    }

    private static func place(of title: String?, _ place: String) -> String {
        title.map { "page “\($0)”, \(place)" } ?? place
    }
}
