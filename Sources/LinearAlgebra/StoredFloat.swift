/// How a weight is stored in a checkpoint.
public enum StoredFloat: String, Sendable, CaseIterable {
    /// IEEE single precision.
    case float32
    /// IEEE half precision.
    case float16
    /// The upper half of a float32.
    case bfloat16

    /// Bytes of one value.
    public var size: Int { self == .float32 ? 4 : 2 }

    /// Converts `count` little-endian values from `source`, which may lie at any address. Exact.
    public func convert(_ source: UnsafeRawPointer, count: Int, into target: UnsafeMutablePointer<Float>) {
        switch self {
        case .float32:
            for i in 0..<count {
                target[i] = Float(bitPattern: source.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self))
            }
        case .float16:
            for i in 0..<count {
                target[i] = Self.float(half: source.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self))
            }
        case .bfloat16:
            for i in 0..<count {
                let bits = source.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self)
                target[i] = Float(bitPattern: UInt32(bits) << 16)
            }
        }
    }

    /// The value of a half-precision bit pattern, without the library call that x86-64 needs for Swift's own conversion.
    ///
    /// Moving exponent and mantissa to their float32 places gives the value times 2^-112 (subnormals included); all ones
    /// in the exponent mean infinity or not-a-number in both formats.
    @inline(__always)
    static func float(half bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let magnitude = UInt32(bits & 0x7FFF) << 13
        let scaled = Float(bitPattern: magnitude) * 0x1p112
        let special: UInt32 = magnitude >= 0x0F80_0000 ? 0x7F80_0000 : 0
        return Float(bitPattern: scaled.bitPattern | special | sign)
    }
}
