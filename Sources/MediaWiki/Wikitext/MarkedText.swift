/// Half-finished plain text: UTF-8 in which bytes below blank are marks of the renderer. Control characters of the
/// source never get in, so that marks cannot be forged.
struct MarkedText {
    /// An apostrophe of a run that means italics or bold.
    static let quote: UInt8 = 0x01
    /// A link begins; four bytes with its number follow.
    static let linkStart: UInt8 = 0x02
    static let linkEnd: UInt8 = 0x03
    /// A new item of a list, a new paragraph.
    static let itemBreak: UInt8 = 0x04
    /// Something is missing here; four bytes with the number of the reason follow.
    static let gap: UInt8 = 0x05
    /// Something was left out on purpose that makes brackets around it pointless: pronunciations, coordinates.
    static let aside: UInt8 = 0x06
    /// A line end of the source.
    static let lineEnd: UInt8 = 0x0A

    private(set) var bytes: [UInt8] = []
    private(set) var targets: [String] = []
    private(set) var reasons: [String] = []

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    mutating func append(_ text: String) { bytes += text.utf8 }

    mutating func append(_ slice: ArraySlice<UInt8>) { bytes += slice }

    mutating func mark(_ mark: UInt8) { bytes.append(mark) }

    /// Begins a link; says whether it did (there is room for 65,536).
    mutating func startLink(_ target: String) -> Bool {
        guard targets.count < 65536 else { return false }
        bytes.append(Self.linkStart)
        appendNumber(targets.count)
        targets.append(target)
        return true
    }

    /// Notes that something is missing. Beyond 65,536 reasons the last one stands for all.
    mutating func noteGap(_ reason: String) {
        bytes.append(Self.gap)
        if reasons.count < 65536 { reasons.append(reason) }
        appendNumber(reasons.count - 1)
    }

    /// Appends to the label of the link that has just ended.
    mutating func insertBeforeLinkEnd(_ slice: ArraySlice<UInt8>) {
        bytes.removeLast()
        bytes += slice
        bytes.append(Self.linkEnd)
    }

    private mutating func appendNumber(_ number: Int) {
        for shift in [12, 8, 4, 0] { bytes.append(0x10 | UInt8((number >> shift) & 0xF)) }
    }

    static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 4 | Int($1 & 0xF) } }

    /// Writes the digits and signs from an offset on as superscripts or subscripts, if all of them can be. A raised letter behind
    /// a word marks a note and is left out: "Euro" with "d".
    mutating func script(from start: Int, isSuperscript: Bool) {
        guard start < bytes.count else { return }
        if isSuperscript, bytes.count == start + 1, (0x61...0x68).contains(bytes[start]), isBehindWord(start) {
            bytes.removeLast()
            return
        }
        let signs = isSuperscript ? Self.superscripts : Self.subscripts
        var result: [UInt8] = []
        for byte in bytes[start...] {
            guard let sign = signs[byte] else { return }
            result += sign.utf8
        }
        bytes.replaceSubrange(start..., with: result)
    }

    /// Whether three letters stand before an offset, the end of a link between them or not.
    private func isBehindWord(_ offset: Int) -> Bool {
        let before = bytes[..<offset].reversed().drop { $0 == Self.linkEnd }.prefix(3)
        return before.count == 3 && before.allSatisfy { (0x61...0x7A).contains($0 | 0x20) }
    }

    private static let superscripts = scripts("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")
    private static let subscripts = scripts("₀₁₂₃₄₅₆₇₈₉₊₋₍₎")

    private static func scripts(_ signs: String) -> [UInt8: String] {
        Dictionary(uniqueKeysWithValues: zip("0123456789+-()".utf8, signs.unicodeScalars.map { String($0) }))
    }
}
