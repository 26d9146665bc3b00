@preconcurrency import CZlib
import Diagnostics

/// The uncompressed bytes of a gzip file of one or more members.
///
/// The checksum of gzip covers a whole member, so bytes are handed out before they are verified; a member that turns
/// out to be damaged is therefore an error whatever the damage policy says. A file that just ends too early is
/// reported as damage: what came before is what was stored.
final class GzipSource: ByteSource {
    private let file: InputFile
    private var stream: UnsafeMutablePointer<z_stream>
    private var input: [UInt8] = []
    private var inputPosition = 0
    /// Whether the next input byte begins a member.
    private var isBetweenMembers = true
    private(set) var storedPlace: StoredPlace?
    /// Whether zlib may hold output for which there was no room.
    private var outputWasFull = false
    private var isDone = false

    private static let inputSize = 1 << 16
    private static let outputSize = 1 << 18

    init(file: InputFile) throws {
        self.file = file
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 bits of window, +16: gzip header and trailer, both checked by zlib.
        let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            throw Failure(.internalError, file: file.name, "zlib cannot be started (status \(status))")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    var storedBytesRead: Int64 { file.offset - Int64(input.count - inputPosition) }

    func next() throws -> ByteChunk? {
        while !isDone {
            if inputPosition == input.count, !outputWasFull {
                input = try file.read(upTo: Self.inputSize)
                inputPosition = 0
            }
            guard !input.isEmpty else {
                isDone = true
                guard !isBetweenMembers else { return nil }
                return .damage(
                    StoredDamage(reason: .truncated, offset: file.offset, problem: "unexpected end of gzip data"))
            }
            if isBetweenMembers, storedBytesRead > 0, let damage = try beginNextMember() { return .damage(damage) }
            let offset = storedBytesRead
            if isBetweenMembers { storedPlace = StoredPlace(stream: offset, block: nil) }
            isBetweenMembers = false
            let bytes = try inflatePiece()
            if !bytes.isEmpty { return .bytes(bytes, offset: offset) }
        }
        return nil
    }

    /// Looks at the byte after a member: another member begins with 1F; anything else does not belong to the file.
    private func beginNextMember() throws -> StoredDamage? {
        guard input[inputPosition] == 0x1F else {
            isDone = true
            return StoredDamage(
                reason: .trailingGarbage, offset: storedBytesRead, problem: "garbage after the end of the gzip data")
        }
        let status = inflateReset(stream)
        guard status == Z_OK else {
            throw Failure(.internalError, file: file.name, "zlib cannot be reset (status \(status))")
        }
        return nil
    }

    private func inflatePiece() throws -> [UInt8] {
        var status = Z_OK
        let output = [UInt8](unsafeUninitializedCapacity: Self.outputSize) { output, initialized in
            input.withUnsafeMutableBufferPointer { input in
                guard let start = input.baseAddress else { return }
                stream.pointee.next_in = start + inputPosition
                stream.pointee.avail_in = UInt32(input.count - inputPosition)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(output.count)
                status = inflate(stream, Z_NO_FLUSH)
                inputPosition = input.count - Int(stream.pointee.avail_in)
                initialized = output.count - Int(stream.pointee.avail_out)
            }
        }
        outputWasFull = status != Z_STREAM_END && output.count == Self.outputSize
        switch status {
        case Z_STREAM_END: isBetweenMembers = true
        case Z_OK, Z_BUF_ERROR: break  // Z_BUF_ERROR: no progress without more input, which the next round brings.
        case Z_MEM_ERROR: throw Failure(.internalError, file: file.name, "out of memory while decompressing")
        default:
            let detail = stream.pointee.msg.map { String(cString: $0) } ?? "status \(status)"
            throw Failure(
                .badData, file: file.name, at: "byte \(storedBytesRead)", "damaged gzip data: \(detail)",
                remedy: "fetch the file again; gzip does not tell which pages are intact")
        }
        return output
    }
}
