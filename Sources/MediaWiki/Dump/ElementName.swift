import Foundation

/// A name as libxml2 gives it: bytes that end with a zero, valid during the callback only.
struct ElementName {
    private let start: UnsafePointer<UInt8>

    init(_ start: UnsafePointer<UInt8>) {
        self.start = start
    }

    /// For messages, shortened.
    var string: String {
        let length = strnlen(UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self), 80)
        return String(decoding: UnsafeBufferPointer(start: start, count: length), as: UTF8.self)
    }

    /// Byte by byte up to the first difference: never reads beyond the end of the shorter one.
    static func == (name: ElementName, other: StaticString) -> Bool {
        var index = 0
        while index < other.utf8CodeUnitCount {
            // The zero at the name's end differs from every byte of `other`.
            guard name.start[index] == other.utf8Start[index] else { return false }
            index += 1
        }
        return name.start[index] == 0
    }

    /// Whether `text` stands at `start`, where at least as many bytes can be read.
    static func bytes(at start: UnsafePointer<UInt8>, are text: StaticString) -> Bool {
        memcmp(start, text.utf8Start, text.utf8CodeUnitCount) == 0
    }
}
