/// Titles as 64-bit numbers, where millions of them are counted: FNV-1a over the UTF-8, underscores as blanks.
///
/// Among ten million titles the chance that any two share a number is about 3 in a million.
public struct TitleHash: Sendable {
    /// The number of what was added so far.
    public private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    /// Of an empty title.
    public init() {}

    /// Of a whole title.
    public init(_ title: String) {
        var title = title
        self = title.withUTF8 { TitleHash($0) }
    }

    /// Of a whole title in UTF-8.
    public init(_ title: UnsafeBufferPointer<UInt8>) {
        for byte in title { add(byte) }
    }

    /// Goes on with the next byte of the title.
    @inline(__always) public mutating func add(_ byte: UInt8) {
        value = (value ^ UInt64(byte == 0x5F ? 0x20 : byte)) &* 0x100_0000_01B3
    }
}
