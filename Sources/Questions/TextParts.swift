/// Parts of texts by their bytes: characters are ten times slower.
extension StringProtocol where UTF8View: BidirectionalCollection, UTF8View.SubSequence: BidirectionalCollection {
    /// What stands behind the last blank that is not at the end; blanks at the end are left out.
    var lastWord: SubSequence {
        let bytes = utf8
        guard let last = bytes.lastIndex(where: { $0 != UInt8(ascii: " ") }) else { return self[endIndex...] }
        let start = bytes[...last].lastIndex(of: UInt8(ascii: " ")).map { bytes.index(after: $0) } ?? startIndex
        return self[start..<bytes.index(after: last)]
    }

    /// Whether the bytes of another text stand in it.
    func holds(_ part: some Collection<UInt8>) -> Bool {
        guard let first = part.first else { return true }
        var rest = utf8[...]
        while let start = rest.firstIndex(of: first) {
            if rest[start...].starts(with: part) { return true }
            rest = rest[rest.index(after: start)...]
        }
        return false
    }

    /// Whether its first character is a small letter.
    var beginsSmall: Bool {
        guard let first = asciiBeginning else { return self.first?.isLowercase == true }
        return (0x61...0x7A).contains(first)
    }

    /// Whether its first character is a capital.
    var beginsCapital: Bool {
        guard let first = asciiBeginning else { return self.first?.isUppercase == true }
        return (0x41...0x5A).contains(first)
    }

    /// The first character if it is of ASCII; a letter and a mark behind it are another one.
    private var asciiBeginning: UInt8? { utf8.prefix(2).allSatisfy { $0 < 0x80 } ? utf8.first : nil }

    /// Whether it has a digit or any other number.
    var hasNumber: Bool {
        utf8.allSatisfy { $0 < 0x80 }
            ? utf8.contains { (0x30...0x39).contains($0) } : contains(where: \.isNumber)
    }
}

extension String {
    /// `ranges(of:)`, quick where every character is a byte.
    func places(of part: String) -> [Range<String.Index>] {
        guard !part.isEmpty, isASCII, part.isASCII else { return ranges(of: part) }
        let bytes = utf8
        var result: [Range<String.Index>] = []
        var start = bytes.startIndex
        while let first = bytes[start...].firstIndex(of: part.utf8[part.startIndex]) {
            start = bytes.index(after: first)
            guard bytes[first...].starts(with: part.utf8) else { continue }
            start = bytes.index(first, offsetBy: part.utf8.count)
            result.append(first..<start)
        }
        return result
    }

    /// Whether every character is a byte.
    private var isASCII: Bool { utf8.allSatisfy { $0 < 0x80 && $0 != 0x0D } }

    /// With blanks in place of underscores.
    var withBlanks: String {
        String(decoding: utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
    }
}
