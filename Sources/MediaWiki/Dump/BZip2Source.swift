import Diagnostics

/// The uncompressed bytes of a bzip2 file: its blocks, decompressed by several threads, in order.
///
/// A block is handed out whole and only after its checksum was verified. Holds at most `2 * jobs + 2` blocks of up to
/// 4 MB, and one of up to 46 MB: long runs of one byte pack that well; and a workspace for each thread.
final class BZip2Source: ByteSource {
    private struct Outcome: Sendable {
        var block: BZip2Block
        var content: BZip2Block.Content
    }

    /// Blocks with more bytes are rare, and decompressed when it is their turn, so that not many are held at a time.
    private static let limitAhead = 4 << 20

    private let file: InputFile
    private var splitter: BZip2Splitter
    private let pipeline: OrderedPipeline<BZip2Block, Outcome>
    private let workspaces = BZip2Workspace.Pool()
    /// What the splitter found and `next` did not return yet; the blocks among it are in the pipeline.
    private var events: [BZip2Splitter.Event] = []
    private var blocksInside = 0
    private var isSplit = false
    /// Whether the combined checksum of the stream at hand says nothing new or nothing true.
    private var ignoresStreamChecksum = false
    private(set) var storedBytesRead: Int64 = 0
    private(set) var storedPlace: StoredPlace?

    init(file: InputFile, pool: WorkerPool) {
        self.file = file
        splitter = BZip2Splitter(file: file)
        let workspaces = workspaces
        pipeline = OrderedPipeline(.decompression, pool: pool) { block in
            try workspaces.withWorkspace { workspace in
                Outcome(block: block, content: try block.content(limit: Self.limitAhead, workspace: workspace))
            }
        }
    }

    deinit {
        pipeline.shutDown()
    }

    func next() throws -> ByteChunk? {
        while true {
            try readAhead()
            guard !events.isEmpty else {
                storedBytesRead = file.offset
                return nil
            }
            switch events.removeFirst() {
            case .block(let block):
                storedBytesRead = block.offset + Int64(block.bytes.count)
                let chunk = try takeBlock()
                if case .bytes(let bytes, _) = chunk, bytes.isEmpty { continue }
                return chunk
            case .damage(let damage):
                ignoresStreamChecksum = true
                return .damage(damage)
            case .streamEnd(let offset, let checksumMatches):
                defer { ignoresStreamChecksum = false }
                if !checksumMatches, !ignoresStreamChecksum {
                    return .damage(
                        StoredDamage(
                            reason: .damagedBlock, offset: offset, problem: "wrong checksum at the end of a bz2 stream")
                    )
                }
            }
        }
    }

    /// Keeps the pipeline full.
    private func readAhead() throws {
        while !isSplit, blocksInside < pipeline.capacity {
            guard let event = try splitter.next() else {
                isSplit = true
                pipeline.end()
                return
            }
            events.append(event)
            if case .block(let block) = event {
                try pipeline.submit(block)
                blocksInside += 1
            }
        }
    }

    private func takeBlock() throws -> ByteChunk {
        let outcome = try takeOutcome()
        storedPlace = StoredPlace(stream: outcome.block.streamOffset, block: outcome.block.offset)
        switch outcome.content {
        case .bytes(let bytes): return .bytes(bytes, offset: outcome.block.offset)
        case .tooMany:
            if let bytes = try workspaces.withWorkspace({ try outcome.block.decompressed(in: $0) }) {
                return .bytes(bytes, offset: outcome.block.offset)
            }
        case .damaged: break
        }
        ignoresStreamChecksum = true
        // The magic number that ended this block may have been data by chance: one more block may make it whole.
        if case .block(let following)? = events.first, let joined = outcome.block.joined(with: following),
            let bytes = try workspaces.withWorkspace({ try joined.decompressed(in: $0) })
        {
            events.removeFirst()
            _ = try takeOutcome()
            storedBytesRead = following.offset + Int64(following.bytes.count)
            return .bytes(bytes, offset: joined.offset)
        }
        return .damage(
            StoredDamage(
                reason: .damagedBlock, offset: outcome.block.offset,
                problem: "damaged bz2 block (its checksum or structure is wrong)"))
    }

    private func takeOutcome() throws -> Outcome {
        guard let outcome = try pipeline.next() else {
            throw Failure(.internalError, file: file.name, "a block was lost while decompressing")
        }
        blocksInside -= 1
        return outcome
    }
}
