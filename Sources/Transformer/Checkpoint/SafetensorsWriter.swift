import Diagnostics
import Foundation

/// Writes float32 tensors as a safetensors file, one value after the other: tensors need not fit memory together.
public final class SafetensorsWriter {
    private let handle: FileHandle
    private let path: String
    private var remaining: Int

    /// Creates a file and writes its header; the values follow by `append`, in the order of `tensors`.
    ///
    /// - Throws: `Failure` 73 when the file cannot be created.
    public init(path: String, tensors: [(name: String, shape: [Int])]) throws {
        self.path = path
        var entries: [String] = []
        var offset = 0
        for tensor in tensors {
            let end = offset + tensor.shape.reduce(4, *)
            let name = String(decoding: try JSONEncoder().encode(tensor.name), as: UTF8.self)
            entries.append("\(name):{\"dtype\":\"F32\",\"shape\":\(tensor.shape),\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        var header = Array("{\(entries.joined(separator: ","))}".utf8)
        // The format pads with blanks so that the values start on a multiple of eight bytes.
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else {
            throw Failure(.outputUnavailable, file: path, "cannot be created")
        }
        self.handle = handle
        remaining = offset
        var data = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) }
        data.append(contentsOf: header)
        try write(data)
    }

    /// Appends values of the current tensor, then of the next.
    public func append(_ values: [Float]) throws {
        remaining -= 4 * values.count
        precondition(remaining >= 0, "more values than the header announces")
        try values.withUnsafeBytes { try write(Data($0)) }
    }

    /// Ends the file.
    public func finish() throws {
        precondition(remaining == 0, "fewer values than the header announces")
        do {
            try handle.close()
        } catch {
            throw Failure(.inputOutput, file: path, "cannot be written: \(error.localizedDescription)")
        }
    }

    private func write(_ data: Data) throws {
        do {
            try handle.write(contentsOf: data)
        } catch {
            throw Failure(
                .inputOutput, file: path, "cannot be written: \(error.localizedDescription)", remedy: "free some space")
        }
    }
}
