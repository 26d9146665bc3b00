import Diagnostics

/// The lines of a byte source, without their line feeds. Lines over `maximumLength` are passed over in bounded memory.
struct LineReader {
    static let maximumLength = 1 << 20

    private let source: any ByteSource
    private let file: String
    /// Chunks that were read to look at them.
    private var ahead: [[UInt8]] = []
    /// The beginning of a line whose end is not read yet.
    private var partial: [UInt8] = []
    private var isOverlong = false

    init(source: any ByteSource, file: String) {
        self.source = source
        self.file = file
    }

    /// Up to 100 lines from the beginning, which stay to be read.
    mutating func firstLines() throws -> [[UInt8]] {
        var bytes: [UInt8] = []
        while bytes.count < 1 << 14, let chunk = try nextChunk() {
            ahead.append(chunk)
            bytes += chunk
        }
        return bytes.isEmpty
            ? [] : bytes.prefix(1 << 18).split(separator: 0x0A, maxSplits: 100).prefix(100).map(Array.init)
    }

    /// Calls `body` with each line; with nil for one that is too long.
    mutating func forEachLine(_ body: (UnsafeBufferPointer<UInt8>?) throws -> Void) throws {
        while true {
            if !ahead.isEmpty {
                try forEachLine(of: ahead.removeFirst(), body)
            } else if let chunk = try nextChunk() {
                try forEachLine(of: chunk, body)
            } else {
                break
            }
        }
        if isOverlong {
            try body(nil)
        } else if !partial.isEmpty {
            try partial.withUnsafeBufferPointer { try body($0) }
        }
        partial = []
        isOverlong = false
    }

    private mutating func forEachLine(of chunk: [UInt8], _ body: (UnsafeBufferPointer<UInt8>?) throws -> Void) throws {
        try chunk.withUnsafeBufferPointer { bytes in
            var start = 0
            while let end = bytes.firstLineFeed(from: start) {
                let line = UnsafeBufferPointer(rebasing: bytes[start..<end])
                start = end + 1
                if isOverlong || partial.count + line.count > Self.maximumLength {
                    try body(nil)
                } else if partial.isEmpty {
                    try body(line)
                } else {
                    partial.append(contentsOf: line)
                    try partial.withUnsafeBufferPointer { try body($0) }
                }
                partial.removeAll(keepingCapacity: true)
                isOverlong = false
            }
            if isOverlong || partial.count + bytes.count - start > Self.maximumLength {
                isOverlong = true
                partial.removeAll()
            } else {
                partial.append(contentsOf: bytes[start...])
            }
        }
    }

    private func nextChunk() throws -> [UInt8]? {
        while let chunk = try source.next() {
            switch chunk {
            case .bytes(let bytes, _): if !bytes.isEmpty { return bytes }
            case .damage(let damage):
                throw Failure(
                    .badData, file: file, at: "byte \(damage.offset)", damage.problem, remedy: "fetch the file again")
            }
        }
        return nil
    }
}
