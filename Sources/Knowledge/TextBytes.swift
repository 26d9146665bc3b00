/// Texts as bytes: every sentence and value of a dump passes through the readers, and characters are ten times slower.
extension String {
    /// Calls `body` with the UTF-8 of the text.
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        var text = self
        return try text.withUTF8(body)
    }

    /// Calls `body` with the UTF-8 of the text in lower case.
    func withLowercasedBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        withBytes { Lowercase.withBytes(of: $0, body) }
    }

    /// The UTF-8 of the text in lower case.
    var lowercasedBytes: [UInt8] { withBytes { Lowercase.bytes($0).bytes } }

    /// Whether a digit 0 to 9 stands in it.
    var hasASCIIDigit: Bool { withBytes { $0.contains(where: \.isASCIIDigit) } }

    /// Whether it has a letter or a number of any script.
    var hasLetterOrNumber: Bool {
        if withBytes({ $0.contains { $0.isASCIILetter || $0.isASCIIDigit } }) { return true }
        return unicodeScalars.contains { $0.properties.isAlphabetic || $0.properties.numericType != nil }
    }

    /// `count`, quick where every scalar is a character of its own: in Latin, Greek and Cyrillic with their punctuation.
    var characterCount: Int { withBytes { $0.countOfLoneScalars } ?? count }
}

extension UnsafeBufferPointer<UInt8> {
    /// The number of scalars of a valid UTF-8 text, if none of them can join with another one to a character.
    var countOfLoneScalars: Int? {
        var signs: UInt8 = 0
        for byte in self { signs |= byte & 0x80 | (byte == 0x0D ? 1 : 0) }
        if signs == 0 { return count }
        guard signs == 0x80 else { return nil }
        var scalars = 0
        for (position, byte) in enumerated() {
            if byte < 0x80 { scalars += 1 }
            // ASCII, and the further bytes of a scalar.
            if byte < 0xC0 { continue }
            switch byte {
            // U+0080 to U+02FF, U+0380 to U+047F: before and behind the combining marks.
            case 0xC2...0xCB, 0xCE...0xD1: scalars += 1
            // Dashes and quotes.
            case 0xE2:
                guard position + 2 < count, self[position + 1] == 0x80, (0x90...0xA7).contains(self[position + 2])
                else { return nil }
                scalars += 1
            default: return nil
            }
        }
        return scalars
    }

    /// Whether `phrase` stands at `position`.
    func has(_ phrase: StaticString, at position: Int) -> Bool {
        guard position >= 0, position + phrase.utf8CodeUnitCount <= count else { return false }
        for offset in 0..<phrase.utf8CodeUnitCount where self[position + offset] != phrase.utf8Start[offset] {
            return false
        }
        return true
    }

    /// Whether `phrase` stands at the end.
    func isEnd(_ phrase: StaticString) -> Bool { has(phrase, at: count - phrase.utf8CodeUnitCount) }

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

/// Lower case as `String.lowercased()` has it, without making strings.
enum Lowercase {
    /// The bytes of a valid UTF-8 text in lower case, and whether every letter stands where it stood.
    static func bytes(_ text: UnsafeBufferPointer<UInt8>) -> (bytes: [UInt8], keepsPlaces: Bool) {
        var keepsPlaces = true
        let plainCount = asciiCount(text)
        let result = [UInt8](unsafeUninitializedCapacity: capacity(text, plainCount)) { target, count in
            (count, keepsPlaces) = write(text, plainCount, into: target)
        }
        return (result, keepsPlaces)
    }

    /// Calls `body` with the bytes in lower case, which need no memory of their own.
    static func withBytes<Result>(
        of text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        let plainCount = asciiCount(text)
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity(text, plainCount)) { target in
            let count = write(text, plainCount, into: target).count
            return body(UnsafeBufferPointer(rebasing: target[..<count]))
        }
    }

    /// Room for a text in lower case, which takes one byte more for two at most.
    private static func capacity(_ text: UnsafeBufferPointer<UInt8>, _ plainCount: Int) -> Int {
        plainCount == text.count ? plainCount : 2 * text.count
    }

    /// Writes the text in lower case; says how many bytes that takes, and whether every letter stands where it stood.
    ///
    /// - Parameter plainCount: as from `asciiCount`.
    private static func write(
        _ text: UnsafeBufferPointer<UInt8>, _ plainCount: Int, into target: UnsafeMutableBufferPointer<UInt8>
    ) -> (count: Int, keepsPlaces: Bool) {
        for index in 0..<plainCount { target.initializeElement(at: index, to: text[index].lowercasedASCII) }
        guard plainCount < text.count else { return (plainCount, true) }
        var count = plainCount
        func put(_ byte: UInt8) {
            precondition(count < target.count, "lower case is longer than expected")
            target.initializeElement(at: count, to: byte)
            count += 1
        }
        var keepsPlaces = true
        let table = twoByteTable
        var position = plainCount
        while position < text.count {
            let byte = text[position]
            let length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
            guard position + length <= text.count else { break }
            switch length {
            case 1: put(byte.lowercasedASCII)
            case 2:
                let entry = table[Int(byte & 0x1F) << 6 | Int(text[position + 1] & 0x3F)]
                let size = entry >> 24
                if size != 2 { keepsPlaces = false }
                for index in 0..<size { put(UInt8(truncatingIfNeeded: entry >> (8 * index))) }
            default:
                let scalar = text[position..<position + length]
                guard mayHaveCase(scalar) else {
                    for byte in scalar { put(byte) }
                    break
                }
                let small = String(decoding: scalar, as: UTF8.self).lowercased().utf8
                if small.count != length { keepsPlaces = false }
                for byte in small { put(byte) }
            }
            position += length
        }
        return (count, keepsPlaces)
    }

    /// The number of bytes before the first one beyond ASCII.
    private static func asciiCount(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        let raw = UnsafeRawBufferPointer(text)
        var count = 0
        while count + 8 <= raw.count,
            raw.loadUnaligned(fromByteOffset: count, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
        {
            count += 8
        }
        while count < text.count, text[count] < 0x80 { count += 1 }
        return count
    }

    /// The lower case of U+0000 to U+07FF in UTF-8: three bytes, the first one lowest, and their number above them.
    private static let twoByteTable: [UInt32] = (0..<0x800).map { value in
        let small = Unicode.Scalar(value).map { String(Character($0)).lowercased() } ?? ""
        return small.utf8.enumerated().reduce(UInt32(small.utf8.count) << 24) {
            $0 | UInt32($1.element) << (8 * $1.offset)
        }
    }

    /// Whether a scalar of three or four bytes is in a block of Unicode that has capitals: punctuation and CJK are not.
    private static func mayHaveCase(_ scalar: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let first = scalar[scalar.startIndex]
        let second = scalar[scalar.startIndex + 1]
        switch first {
        case 0xE0, 0xE3...0xE9, 0xEB...0xED: return false
        case 0xE2: return second >= 0x84 && second != 0x8F  // U+2100 and above
        case 0xEF: return second >= 0xBC
        default: return true
        }
    }
}

/// Fixed words that are looked up as bytes. An object, for all threads share it, and counting references to each of its arrays
/// would take longer than looking a word up.
final class WordSet: Sendable, ExpressibleByArrayLiteral {
    private let bytes: [UInt8]
    /// Word `i` stands at `ends[i]..<ends[i + 1]`.
    private let ends: [Int]
    /// The words of bucket `b` are `buckets[b]..<buckets[b + 1]`.
    private let buckets: [Int]
    /// For each first byte a bit for each number of bytes, modulo 64: most of what is looked for is no word.
    private let counts: [UInt64]
    private let longest: Int

    private static let bucketCount = 128

    convenience init(arrayLiteral elements: String...) {
        self.init(elements)
    }

    init(_ elements: [String]) {
        var (bytes, ends, buckets): ([UInt8], [Int], [Int]) = ([], [0], [])
        var counts = [UInt64](repeating: 0, count: 256)
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
        for word in words { counts[Int(word[0])] |= 1 << UInt64(word.count & 63) }
        (self.bytes, self.ends, self.buckets, self.counts) = (bytes, ends, buckets, counts)
    }

    private static func bucket(_ first: UInt8, _ count: Int) -> Int { (Int(first) &* 5 &+ count) & (bucketCount - 1) }

    /// Whether the bytes in a range are one of the words.
    func contains(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty, range.count <= longest,
            counts[Int(text[range.lowerBound])] >> UInt64(range.count & 63) & 1 != 0
        else { return false }
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
