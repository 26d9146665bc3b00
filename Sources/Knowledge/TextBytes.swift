/// Texts as bytes: every sentence and value of a dump passes through the readers, and characters are ten times slower.
extension String {
    /// Calls `body` with the UTF-8 of the text.
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        var text = self
        return try text.withUTF8(body)
    }

    /// The UTF-8 of the text in lower case.
    var lowercasedBytes: [UInt8] {
        withBytes { bytes in
            var isASCII = true
            let result = [UInt8](unsafeUninitializedCapacity: bytes.count) { target, count in
                for index in bytes.indices {
                    let byte = bytes[index]
                    if byte >= 0x80 { isASCII = false }
                    target[index] = byte.lowercasedASCII
                }
                count = bytes.count
            }
            return isASCII ? result : Array(lowercased().utf8)
        }
    }

    /// Whether all bytes are ASCII.
    var isASCIIOnly: Bool { withBytes { $0.isASCII } }

    /// Whether a digit 0 to 9 stands in it.
    var hasASCIIDigit: Bool { withBytes { $0.contains(where: \.isASCIIDigit) } }

    /// Whether it has a letter or a number of any script.
    var hasLetterOrNumber: Bool {
        if withBytes({ $0.contains { $0.isASCIILetter || $0.isASCIIDigit } }) { return true }
        return unicodeScalars.contains { $0.properties.isAlphabetic || $0.properties.numericType != nil }
    }

    /// `count`, quick where no two bytes make one character.
    var characterCount: Int {
        withBytes { bytes in bytes.allSatisfy { $0 < 0x80 && $0 != 0x0D } ? bytes.count : count }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether all bytes are ASCII.
    var isASCII: Bool { allSatisfy { $0 < 0x80 } }

    /// Whether `phrase` stands at `position`.
    func has(_ phrase: StaticString, at position: Int) -> Bool {
        guard position >= 0, position + phrase.utf8CodeUnitCount <= count else { return false }
        for offset in 0..<phrase.utf8CodeUnitCount where self[position + offset] != phrase.utf8Start[offset] {
            return false
        }
        return true
    }

    /// Whether `phrase` stands anywhere.
    func has(_ phrase: StaticString) -> Bool {
        let first = phrase.utf8Start[0]
        for position in indices where self[position] == first { if has(phrase, at: position) { return true } }
        return false
    }
}

extension UInt8 {
    /// An ASCII letter.
    var isASCIILetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }

    /// An ASCII digit.
    var isASCIIDigit: Bool { self >= 0x30 && self <= 0x39 }

    /// An ASCII capital.
    var isASCIICapital: Bool { self >= 0x41 && self <= 0x5A }

    /// An ASCII letter in lower case; any other byte as it is.
    var lowercasedASCII: UInt8 { isASCIICapital ? self | 0x20 : self }
}

/// Fixed words that are looked up as bytes.
struct WordSet: Sendable, ExpressibleByArrayLiteral {
    private var bytes: [UInt8] = []
    /// Word `i` stands at `ends[i]..<ends[i + 1]`.
    private var ends = [0]
    /// The words of bucket `b` are `buckets[b]..<buckets[b + 1]`.
    private var buckets: [Int] = []
    private let longest: Int

    private static let bucketCount = 128

    init(arrayLiteral elements: String...) {
        self.init(elements)
    }

    init(_ elements: [String]) {
        let words = Set(elements).filter { !$0.isEmpty }.map { Array($0.utf8) }
        longest = words.map(\.count).max() ?? 0
        for bucket in 0..<Self.bucketCount {
            buckets.append(ends.count - 1)
            for word in words where Self.bucket(word[0], word.count) == bucket {
                bytes += word
                ends.append(bytes.count)
            }
        }
        buckets.append(ends.count - 1)
    }

    private static func bucket(_ first: UInt8, _ count: Int) -> Int { (Int(first) &* 5 &+ count) & (bucketCount - 1) }

    /// Whether the bytes in a range are one of the words.
    func contains(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty, range.count <= longest else { return false }
        let bucket = Self.bucket(text[range.lowerBound], range.count)
        search: for word in buckets[bucket]..<buckets[bucket + 1] {
            let start = ends[word]
            guard ends[word + 1] - start == range.count else { continue }
            for offset in 0..<range.count where bytes[start + offset] != text[range.lowerBound + offset] {
                continue search
            }
            return true
        }
        return false
    }

    /// Whether a text is one of the words.
    func contains(_ text: String) -> Bool { text.withBytes { contains($0, 0..<$0.count) } }
}

/// Cuts a text at single bytes; empty parts are left out.
struct ByteWords {
    private let text: UnsafeBufferPointer<UInt8>
    private let isSeparator: (UInt8) -> Bool
    private var position = 0

    init(_ text: UnsafeBufferPointer<UInt8>, separatedBy isSeparator: @escaping (UInt8) -> Bool) {
        self.text = text
        self.isSeparator = isSeparator
    }

    /// The next part.
    mutating func next() -> Range<Int>? {
        while position < text.count, isSeparator(text[position]) { position += 1 }
        guard position < text.count else { return nil }
        let start = position
        while position < text.count, !isSeparator(text[position]) { position += 1 }
        return start..<position
    }
}
