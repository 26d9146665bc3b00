import Foundation

/// Writes checkpoints for tests.
public enum TensorFile {
    /// A tensor of float32 values.
    public struct Tensor {
        /// Its name.
        public var name: String
        /// Its shape.
        public var shape: [Int]
        /// Its values, row by row.
        public var values: [Float]

        /// Creates a tensor.
        public init(_ name: String, _ shape: [Int], _ values: [Float]) {
            precondition(shape.reduce(1, *) == values.count, "a tensor has as many values as its shape says")
            self.name = name
            self.shape = shape
            self.values = values
        }
    }

    /// Writes a file with these tensors.
    public static func write(_ tensors: [Tensor], to url: URL) throws {
        var header: [String] = []
        var data = Data()
        for tensor in tensors {
            let start = data.count
            tensor.values.withUnsafeBytes { data.append(contentsOf: $0) }
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            header.append(
                "\"\(tensor.name)\":{\"dtype\":\"F32\",\"shape\":[\(shape)],\"data_offsets\":[\(start),\(data.count)]}")
        }
        var text = Data("{\(header.joined(separator: ","))}".utf8)
        while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
        let length = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) }
        try (length + text + data).write(to: url)
    }
}
