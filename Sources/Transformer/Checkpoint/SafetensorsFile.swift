import Diagnostics
import LinearAlgebra

/// A tensor of a safetensors file, still where it is stored.
struct StoredTensor: Sendable {
    /// Its name in the file.
    var name: String
    /// The format's name of its element type: F32, BF16, ...
    var elementType: String
    /// Its dimensions, slowest first.
    var shape: [Int]
    /// Where its values stand in the file.
    var range: Range<Int>
    /// The file.
    var file: MappedFile

    /// Its values; checked against the file's length when the file was opened.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: file.bytes[range]) }

    /// Number of values.
    var count: Int { shape.reduce(1, *) }

    /// A failure that concerns this tensor.
    func failure(_ problem: String, remedy: String? = nil) -> Failure {
        Failure(.badData, file: file.path, at: "tensor \(name)", problem, remedy: remedy)
    }
}

/// A file in the safetensors format: eight bytes of header length, a JSON header, and the values without gaps.
struct SafetensorsFile: Sendable {
    /// By name, in the order of the header.
    let tensors: [StoredTensor]
    /// The mapped file.
    let file: MappedFile

    /// Maps a file and checks its whole header: nothing that a tensor claims can reach outside the file or into another
    /// tensor, and no byte belongs to none.
    ///
    /// - Throws: `Failure` 66 when it cannot be opened, 65 when it is damaged.
    init(path: String) throws {
        file = try MappedFile(path: path)
        let header = try Self.headerRange(file)
        let members: [JSONValue.Member]
        do {
            guard case .object(let found) = try JSONValue.parse(UnsafeRawBufferPointer(rebasing: file.bytes[header]))
            else {
                throw Failure(.badData, file: path, at: "byte 8", "the safetensors header is not a JSON object")
            }
            members = found
        } catch let error as JSONError {
            throw Failure(
                .badData, file: path, at: "byte \(8 + error.offset)",
                "the safetensors header is damaged: \(error.problem)",
                remedy: Self.remedy)
        }
        var tensors: [StoredTensor] = []
        for member in members where member.name != "__metadata__" {
            tensors.append(try Self.tensor(member, dataStart: header.upperBound, file))
        }
        try Self.checkCoverage(tensors, of: header.upperBound..<file.bytes.count, file)
        self.tensors = tensors
    }

    private static let remedy = "the file is cut off or not safetensors; download it again"

    /// Larger headers are refused by the format's own library as well.
    private static let maximumHeaderLength: UInt64 = 100_000_000

    /// No tensor has more dimensions.
    private static let maximumRank = 64

    private static func headerRange(_ file: MappedFile) throws -> Range<Int> {
        guard file.bytes.count >= 8 else {
            throw Failure(
                .badData, file: file.path, "\(file.bytes.count) bytes are too few for safetensors", remedy: remedy)
        }
        let length = UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self))
        guard length <= maximumHeaderLength, length <= UInt64(file.bytes.count - 8) else {
            throw Failure(
                .badData, file: file.path, at: "byte 0",
                "the header should have \(length) bytes but only \(file.bytes.count - 8) follow", remedy: remedy)
        }
        return 8..<8 + Int(length)
    }

    private static func tensor(_ member: JSONValue.Member, dataStart: Int, _ file: MappedFile) throws -> StoredTensor {
        func failure(_ problem: String, remedy: String? = remedy) -> Failure {
            Failure(.badData, file: file.path, at: "tensor \(member.name)", problem, remedy: remedy)
        }
        guard case .object(let fields) = member.value else { throw failure("its header entry is not an object") }
        func field(_ name: String) -> JSONValue? { fields.first { $0.name == name }?.value }
        func numbers(_ name: String) throws -> [Int] {
            guard case .list(let values)? = field(name) else { throw failure("\(name) is missing or no list") }
            guard values.count <= maximumRank else { throw failure("\(name) has \(values.count) numbers") }
            return try values.map { value in
                guard case .number(let digits) = value, let number = Int(digits), number >= 0 else {
                    throw failure("\(name) holds something other than whole numbers from 0 up")
                }
                return number
            }
        }
        guard let type = field("dtype")?.string else { throw failure("dtype is missing") }
        guard let size = elementSizes[type] else {
            throw failure(
                "its dtype “\(type)” is unknown", remedy: "convert the checkpoint to float32, float16 or bfloat16")
        }
        let shape = try numbers("shape")
        var length = size
        for dimension in shape {
            let (product, overflow) = length.multipliedReportingOverflow(by: dimension)
            guard !overflow else { throw failure("its shape \(shape) is too large for any file") }
            length = product
        }
        let offsets = try numbers("data_offsets")
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
            throw failure("data_offsets \(offsets) are no beginning and end")
        }
        let available = file.bytes.count - dataStart
        guard offsets[1] <= available else {
            throw failure("its values end at data byte \(offsets[1]), but the file has only \(available)")
        }
        guard offsets[1] - offsets[0] == length else {
            throw failure(
                "its \(offsets[1] - offsets[0]) bytes do not fit the \(length) of shape \(shape) and dtype \(type)")
        }
        return StoredTensor(
            name: member.name, elementType: type, shape: shape, range: dataStart + offsets[0]..<dataStart + offsets[1],
            file: file)
    }

    private static func checkCoverage(_ tensors: [StoredTensor], of data: Range<Int>, _ file: MappedFile) throws {
        let ordered = tensors.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        var end = data.lowerBound
        var previous: StoredTensor?
        for tensor in ordered {
            if tensor.range.lowerBound < end, let previous {
                throw tensor.failure("its values overlap those of \(previous.name)", remedy: remedy)
            }
            guard tensor.range.lowerBound == end else {
                throw tensor.failure(
                    "bytes \(end) to \(tensor.range.lowerBound) before it belong to no tensor", remedy: remedy)
            }
            end = tensor.range.upperBound
            previous = tensor
        }
        guard end == data.upperBound else {
            throw Failure(
                .badData, file: file.path, at: "byte \(end)", "\(data.upperBound - end) bytes belong to no tensor",
                remedy: remedy)
        }
    }

    /// Bytes of one value of each element type of the format.
    private static let elementSizes: [String: Int] = [
        "BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1, "U16": 2, "I16": 2, "F16": 2, "BF16": 2, "U32": 4,
        "I32": 4,
        "F32": 4, "U64": 8, "I64": 8, "F64": 8,
    ]
}

extension StoredTensor {
    /// The element type if it is one that weights may have.
    ///
    /// - Throws: `Failure` 65 naming the tensor and the type.
    func floatType() throws -> StoredFloat {
        switch elementType {
        case "F32": return .float32
        case "F16": return .float16
        case "BF16": return .bfloat16
        default:
            throw failure(
                "weights of dtype \(elementType) are not supported",
                remedy: "convert the checkpoint to float32, float16 or bfloat16")
        }
    }

    /// All values as float32.
    func floats() throws -> [Float] {
        let type = try floatType()
        return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            if let source = bytes.baseAddress, let target = buffer.baseAddress {
                type.convert(source, count: count, into: target)
            }
            initialized = count
        }
    }
}
