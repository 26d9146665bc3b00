/// The text of a page as MediaWiki writes it into a dump: UTF-8 without any markup, with references for `<`, `>`, `&` and
/// quotation marks.
///
/// Nearly all of a dump is such text. libxml2 hands it out in pieces, one for each reference and one for every 300 bytes once a
/// letter is beyond ASCII; here it is read at once. What is not as simple is left to libxml2: other references, carriage
/// returns, and whatever XML forbids.
struct PlainCharacterData {
    /// With the references replaced.
    let text: [UInt8]
    /// Bytes of XML.
    let count: Int
    let lineFeeds: Int
    /// Whether it ends before a `<`, and not where `xml` does.
    let isWhole: Bool

    /// Reads what stands between `start` and the next `<`, or the end of `xml`; nil if something in it is not simple. A character
    /// or reference whose end has not come yet is left out.
    init?(in xml: UnsafeBufferPointer<UInt8>, from start: Int) {
        let end = xml.firstIndex(of: UInt8(ascii: "<"), from: start)
        var reader = Reader(xml: UnsafeBufferPointer(rebasing: xml[start..<(end ?? xml.count)]))
        text = [UInt8](unsafeUninitializedCapacity: reader.xml.count) { target, count in
            reader.read(into: target)
            count = reader.written
        }
        isWhole = end != nil
        guard reader.isAtEnd || (!isWhole && reader.mayBeCut) else { return nil }
        count = reader.position
        lineFeeds = reader.lineFeeds
    }

    /// Where a start tag `<text ...>` stands, at `start` or later. It may be none in truth: XML could hide it in a comment.
    static func nextTag(in xml: UnsafeBufferPointer<UInt8>, from start: Int) -> Range<Int>? {
        var position = start
        while let found = xml.firstIndex(of: UInt8(ascii: "<"), from: position) {
            if xml.count - found > tagStart.utf8CodeUnitCount, xml.holds(tagStart, at: found) {
                return xml.firstIndex(of: UInt8(ascii: ">"), from: found).map { found..<$0 + 1 }
            }
            position = found + 1
        }
        return nil
    }

    private static let tagStart: StaticString = "<text"

    // MARK: - Reading

    private struct Reader {
        let xml: UnsafeBufferPointer<UInt8>
        /// How much of `xml` was read.
        var position = 0
        /// How much was written; never more than was read.
        var written = 0
        var lineFeeds = 0

        var isAtEnd: Bool { position == xml.count }

        /// Whether what is left could be the beginning of a character or a reference.
        var mayBeCut: Bool {
            let rest = xml.count - position
            return xml[position] == UInt8(ascii: "&") ? rest < Self.longestReference : xml[position] >= 0x80 && rest < 4
        }

        /// Writes the text as far as it is simple; there must be room for as many bytes as `xml` has.
        mutating func read(into target: UnsafeMutableBufferPointer<UInt8>) {
            while true {
                copyPlainWords(into: UnsafeMutableRawBufferPointer(target))
                guard !isAtEnd else { return }
                let byte = xml[position]
                switch byte {
                case UInt8(ascii: "&"):
                    guard let reference = Self.references.first(where: { xml.holds($0.text, at: position) }) else {
                        return
                    }
                    target[written] = reference.byte
                    position += reference.text.utf8CodeUnitCount
                    written += 1
                case 0x80...:
                    guard let length = characterLength else { return }
                    for offset in 0..<length { target[written + offset] = xml[position + offset] }
                    position += length
                    written += length
                case 0x20... where byte != UInt8(ascii: ">"), UInt8(ascii: "\t"), UInt8(ascii: "\n"):
                    if byte == UInt8(ascii: "\n") { lineFeeds += 1 }
                    target[written] = byte
                    position += 1
                    written += 1
                // `]]>` is forbidden, and MediaWiki writes no `>` at all.
                default: return
                }
            }
        }

        /// Copies eight bytes at a time, up to the first of them that needs a look.
        private mutating func copyPlainWords(into target: UnsafeMutableRawBufferPointer) {
            let source = UnsafeRawBufferPointer(xml)
            while position + 8 <= source.count {
                let word = UInt64(littleEndian: source.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                target.storeBytes(of: word.littleEndian, toByteOffset: written, as: UInt64.self)
                let special = Self.specialBytes(word)
                let plainCount = special == 0 ? 8 : special.trailingZeroBitCount / 8
                position += plainCount
                written += plainCount
                guard special == 0 else { return }
            }
        }

        /// The highest bit of each byte that is `&`, `>`, a control character or beyond ASCII; of bytes above such a one perhaps
        /// too, so that only the lowest counts.
        private static func specialBytes(_ word: UInt64) -> UInt64 {
            let (ones, highest): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
            let ampersand = word ^ 0x2626_2626_2626_2626
            let bracket = word ^ 0x3E3E_3E3E_3E3E_3E3E
            let isControl = (word &- 0x2020_2020_2020_2020) & ~word
            return (word | isControl | ((ampersand &- ones) & ~ampersand) | ((bracket &- ones) & ~bracket)) & highest
        }

        private static let references: [(text: StaticString, byte: UInt8)] = [
            ("&lt;", UInt8(ascii: "<")), ("&gt;", UInt8(ascii: ">")), ("&quot;", UInt8(ascii: "\"")),
            ("&amp;", UInt8(ascii: "&")), ("&apos;", UInt8(ascii: "'")),
        ]
        private static let longestReference = 6

        /// The length of the character beyond ASCII that is next; nil if it is none that XML allows.
        private var characterLength: Int? {
            let first = xml[position]
            let second = continuation(1)
            switch first {
            case 0xC2...0xDF: return second == nil ? nil : 2
            case 0xE0...0xEF:
                guard let second, let third = continuation(2) else { return nil }
                // Overlong forms, surrogates, U+FFFE and U+FFFF.
                if first == 0xE0, second < 0xA0 { return nil }
                if first == 0xED, second >= 0xA0 { return nil }
                if first == 0xEF, second == 0xBF, third >= 0xBE { return nil }
                return 3
            case 0xF0...0xF4:
                guard let second, continuation(2) != nil, continuation(3) != nil else { return nil }
                // Overlong forms, and what is beyond Unicode.
                if first == 0xF0, second < 0x90 { return nil }
                if first == 0xF4, second >= 0x90 { return nil }
                return 4
            default: return nil
            }
        }

        /// The byte at a distance, if it continues a character.
        private func continuation(_ distance: Int) -> UInt8? {
            guard position + distance < xml.count, xml[position + distance] & 0xC0 == 0x80 else { return nil }
            return xml[position + distance]
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether a text stands at an index.
    fileprivate func holds(_ text: StaticString, at index: Int) -> Bool {
        guard count - index >= text.utf8CodeUnitCount, let baseAddress else { return false }
        return ElementName.bytes(at: baseAddress + index, are: text)
    }
}
