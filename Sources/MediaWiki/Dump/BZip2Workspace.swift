import Synchronization

/// The memory in which blocks are decoded, one block after the other: about 12 MB, of which small blocks touch little.
///
/// New memory for each block would have to be fetched from the system, and cleared by it, over and over.
final class BZip2Workspace: @unchecked Sendable {
    // @unchecked: a workspace is used by one thread at a time, that which took it from the pool or made it.

    /// The largest number of bytes in a block before run-length coding.
    static let maximumLength = 900_000
    /// The number of symbols that share a code.
    static let groupLength = 50
    /// More selectors than a block of the largest size can use; those above are ignored, as bzip2 does.
    static let maximumSelectors = maximumLength / groupLength + 2
    /// Room behind the ends of buffers for loads and stores that are wider than needed.
    static let slack = 64

    /// The bytes of the block; grown as needed.
    private var input: UnsafeMutablePointer<UInt8>
    private var inputCapacity = 1 << 18
    /// The index of the code of each group.
    let selectors: UnsafeMutablePointer<UInt8>
    let tables: UnsafeMutablePointer<BZip2CodeTable>
    /// The symbols as they come from the codes.
    let symbols: UnsafeMutablePointer<UInt16>
    /// What moving to the front makes of them: `length << 8 | byte` of each run of a byte.
    let runs: UnsafeMutablePointer<UInt32>
    /// The inverse of the Burrows-Wheeler transform as a chain: `index of the next << 8 | byte`.
    let links: UnsafeMutablePointer<UInt32>
    /// Pieces of the text in the order in which they are found.
    let pieces: UnsafeMutablePointer<UInt8>
    /// The text, with its run lengths.
    let text: UnsafeMutablePointer<UInt8>

    init() {
        input = .allocate(capacity: inputCapacity)
        selectors = .allocate(capacity: Self.maximumSelectors)
        tables = .allocate(capacity: BZip2BlockHeader.maximumTables)
        for index in 0..<BZip2BlockHeader.maximumTables { (tables + index).initialize(to: BZip2CodeTable()) }
        symbols = .allocate(capacity: Self.maximumSelectors * Self.groupLength + Self.slack)
        runs = .allocate(capacity: Self.maximumSelectors * Self.groupLength + Self.slack)
        links = .allocate(capacity: Self.maximumLength + Self.slack)
        pieces = .allocate(capacity: BZip2Transform.piecesCapacity + Self.slack)
        text = .allocate(capacity: Self.maximumLength + Self.slack)
    }

    deinit {
        input.deallocate()
        selectors.deallocate()
        for index in 0..<BZip2BlockHeader.maximumTables { tables[index].deallocate() }
        tables.deallocate()
        symbols.deallocate()
        runs.deallocate()
        links.deallocate()
        pieces.deallocate()
        text.deallocate()
    }

    /// A copy of `bytes`, followed by `slack` zeros, that lasts until the next.
    func copy(_ bytes: [UInt8], slack: Int) -> UnsafeRawPointer {
        if inputCapacity < bytes.count + slack {
            input.deallocate()
            inputCapacity = bytes.count + slack
            input = .allocate(capacity: inputCapacity)
        }
        bytes.withUnsafeBufferPointer { bytes in
            if let start = bytes.baseAddress { input.update(from: start, count: bytes.count) }
        }
        (input + bytes.count).update(repeating: 0, count: slack)
        return UnsafeRawPointer(input)
    }

    /// Workspaces that are not in use, for several threads.
    final class Pool: Sendable {
        private let idle = Mutex<[BZip2Workspace]>([])

        func withWorkspace<Result>(_ body: (BZip2Workspace) throws -> Result) rethrows -> Result {
            let workspace = idle.withLock { $0.popLast() } ?? BZip2Workspace()
            defer { idle.withLock { $0.append(workspace) } }
            return try body(workspace)
        }
    }
}
