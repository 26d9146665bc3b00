import Diagnostics
import Foundation

/// Masks as compact bytes: for each layer a count and the sorted indices, all as little-endian 32-bit numbers.
enum MaskCoding {
    static func encode(_ mask: [[Int32]]) -> Data {
        var data = Data(capacity: mask.reduce(0) { $0 + 4 * ($1.count + 1) })
        func append(_ value: Int32) { withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) } }
        for layer in mask {
            append(Int32(layer.count))
            layer.forEach(append)
        }
        return data
    }

    static func decode(_ data: Data, path: String, place: String) throws -> [[Int32]] {
        let bytes = [UInt8](data)
        func damaged() -> Failure { Failure(.badData, file: path, at: place, "its mask is damaged") }
        guard bytes.count % 4 == 0 else { throw damaged() }
        let values = stride(from: 0, to: bytes.count, by: 4).map { start in
            Int32(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) })
        }
        var mask: [[Int32]] = []
        var position = 0
        while position < values.count {
            let count = Int(values[position])
            guard count >= 0, count <= values.count - position - 1 else { throw damaged() }
            mask.append(Array(values[position + 1..<position + 1 + count]))
            position += count + 1
        }
        return mask
    }
}
