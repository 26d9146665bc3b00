@preconcurrency import CZstd
import Diagnostics

/// The uncompressed bytes of a Zstandard file of one or more frames.
///
/// The checksum of Zstandard, if there is one, covers a whole frame. So, as with gzip, a damaged frame is an error
/// whatever the damage policy says, and a file that just ends too early is reported as damage.
final class ZstdSource: ByteSource {
    /// What a magic number begins.
    enum Frame: Sendable, Equatable {
        case data
        /// Bytes for other programs, which zstd passes over.
        case skippable

        static let magicSize = 4

        /// The frame that `start` begins; nil if it is none.
        init?(_ start: ArraySlice<UInt8>) {
            if start.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
                self = .data
            } else if let first = start.first, (0x50...0x5F).contains(first),
                start.dropFirst().starts(with: [0x2A, 0x4D, 0x18])
            {
                self = .skippable
            } else {
                return nil
            }
        }
    }

    /// The base-2 logarithm of the window that is read at most, 128 MiB: as much as zstd itself without `--long`.
    static let maximumWindowLog: Int32 = 27

    private let file: InputFile
    private let context: OpaquePointer
    private var input: [UInt8] = []
    private var inputPosition = 0
    /// Whether the next input byte begins a frame.
    private var isBetweenFrames = true
    private(set) var storedPlace: StoredPlace?
    /// Whether libzstd may hold output for which there was no room.
    private var outputWasFull = false
    private var isDone = false

    private static let inputSize = 1 << 17
    private static let outputSize = 1 << 18

    init(file: InputFile) throws {
        self.file = file
        guard let context = ZSTD_createDCtx() else {
            throw Failure(.internalError, file: file.name, "out of memory while decompressing")
        }
        self.context = context
        let status = ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.maximumWindowLog)
        guard ZSTD_isError(status) == 0 else {
            throw Failure(.internalError, file: file.name, "libzstd cannot be set up: \(Self.name(of: status))")
        }
    }

    deinit {
        ZSTD_freeDCtx(context)
    }

    var storedBytesRead: Int64 { file.offset - Int64(input.count - inputPosition) }

    func next() throws -> ByteChunk? {
        while !isDone {
            if isBetweenFrames {
                if let damage = try beginFrame() { return .damage(damage) }
                continue
            }
            if inputPosition == input.count, !outputWasFull {
                try readMore()
                guard inputPosition < input.count else {
                    isDone = true
                    return .damage(truncation)
                }
            }
            let offset = storedBytesRead
            let bytes = try decompressPiece()
            if !bytes.isEmpty { return .bytes(bytes, offset: offset) }
        }
        return nil
    }

    /// Looks at the bytes after a frame: another frame, the end of the file, or what does not belong to it.
    private func beginFrame() throws -> StoredDamage? {
        while input.count - inputPosition < Frame.magicSize {
            let count = input.count
            try readMore()
            if input.count == count { break }
        }
        let start = input[inputPosition...].prefix(Frame.magicSize)
        guard Frame(start) == nil else {
            isBetweenFrames = false
            storedPlace = StoredPlace(stream: storedBytesRead, block: nil)
            return nil
        }
        isDone = true
        if start.isEmpty { return nil }
        if start.count < Frame.magicSize, Self.mayBeginFrame(start) { return truncation }
        return StoredDamage(
            reason: .trailingGarbage, offset: storedBytesRead, problem: "garbage after the end of the Zstandard data")
    }

    private static func mayBeginFrame(_ start: ArraySlice<UInt8>) -> Bool {
        let rests: [[UInt8]] = [[0x28, 0xB5, 0x2F, 0xFD], [start.first ?? 0, 0x2A, 0x4D, 0x18]]
        return rests.contains { Frame($0[...]) != nil && $0.starts(with: start) }
    }

    private var truncation: StoredDamage {
        StoredDamage(reason: .truncated, offset: file.offset, problem: "unexpected end of Zstandard data")
    }

    /// Adds stored bytes to what is left of those at hand; nothing at the end of the file.
    private func readMore() throws {
        let more = try file.read(upTo: Self.inputSize)
        input = inputPosition == input.count ? more : input[inputPosition...] + more
        inputPosition = 0
    }

    private func decompressPiece() throws -> [UInt8] {
        var status = 0
        let offset = storedBytesRead
        let output = [UInt8](unsafeUninitializedCapacity: Self.outputSize) { output, initialized in
            input.withUnsafeBytes { input in
                var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: inputPosition)
                var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
                status = ZSTD_decompressStream(context, &target, &source)
                inputPosition = source.pos
                initialized = target.pos
            }
        }
        if ZSTD_isError(status) != 0 { throw failure(status, at: offset) }
        outputWasFull = output.count == Self.outputSize
        // 0: the frame is complete, and all of it was handed out.
        if status == 0 {
            isBetweenFrames = true
            outputWasFull = false
        }
        return output
    }

    private func failure(_ status: Int, at offset: Int64) -> Failure {
        switch ZSTD_getErrorCode(status) {
        case ZSTD_error_memory_allocation:
            Failure(.internalError, file: file.name, "out of memory while decompressing")
        case ZSTD_error_frameParameter_windowTooLarge:
            Failure(
                .badData, file: file.name, at: "byte \(offset)",
                "needs a window of more than \(1 << (Self.maximumWindowLog - 20)) MiB to be unpacked, which is not read",
                remedy: "unpack it in a pipe: zstd -dc --long=31 FILE | specwiki-build … -")
        case ZSTD_error_dictionary_wrong:
            Failure(
                .badData, file: file.name, at: "byte \(offset)", "was packed with a dictionary, which is not read",
                remedy: "unpack it in a pipe: zstd -dc -D DICTIONARY FILE | specwiki-build … -")
        default:
            Failure(
                .badData, file: file.name, at: "byte \(offset)", "damaged Zstandard data: \(Self.name(of: status))",
                remedy: "fetch the file again; Zstandard does not tell which pages are intact")
        }
    }

    private static func name(of status: Int) -> String { String(cString: ZSTD_getErrorName(status)) }
}
