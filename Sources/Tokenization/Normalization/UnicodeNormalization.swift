/// The four normalisation forms (Unicode Standard, section 3.11; UAX 15), with the tables of Unicode 9.0 that the
/// reference implementation has.
///
/// To those tables a later scalar is an inert one: it has no decomposition and combining class 0. The Unicode Consortium
/// never changes either property of a scalar once it is assigned, so the current tables without the later scalars are
/// the old ones.
enum UnicodeNormalization: String, Sendable {
    case nfc = "NFC"
    case nfd = "NFD"
    case nfkc = "NFKC"
    case nfkd = "NFKD"

    /// The normal form of `text`.
    func apply(to text: [UInt8]) -> [UInt8] {
        // Below U+00A0 nothing decomposes, below U+0300 nothing decomposes but to what composes again.
        let limit: UInt8 = self == .nfc ? 0xCC : 0x80
        guard let first = text.firstIndex(where: { $0 >= limit }) else { return text }
        let stable = StableScalars.of(self)
        var result: [UInt8] = []
        var copied = 0
        // The start of the last stable scalar: nothing in front of it and nothing behind it has to do with each other.
        var boundary = UTF8Text.start(in: text, before: first + 1)
        if boundary > 0 { boundary = UTF8Text.start(in: text, before: boundary) }
        var position = boundary
        while position < text.count {
            let (value, length) = UTF8Text.scalar(in: text, at: position)
            if stable.contains(value) {
                boundary = position
                position += length
                continue
            }
            var end = position + length
            while end < text.count, !stable.contains(UTF8Text.scalar(in: text, at: end).value) {
                end += UTF8Text.length(lead: text[end])
            }
            result += text[copied..<boundary]
            result += transformed(Array(text[boundary..<end]))
            copied = end
            boundary = end
            position = end
        }
        guard copied > 0 else { return text }
        result += text[copied...]
        return result
    }

    /// The mappings that the form decomposes with.
    var table: DecompositionTable {
        self == .nfc || self == .nfd ? DecompositionTable.canonical : DecompositionTable.compatibility
    }

    /// The normal form of `text` by the definition.
    func transformed(_ text: [UInt8]) -> [UInt8] {
        let table = table
        var scalars: [UInt32] = []
        scalars.reserveCapacity(text.count)
        UTF8Text.forEachScalar(in: text, 0..<text.count) { scalar, _ in
            if scalar.value < 0xA0 { scalars.append(scalar.value) } else { table.append(scalar.value, to: &scalars) }
        }
        var classes = scalars.map(Self.combiningClass)
        Self.reorder(&scalars, &classes)
        if self == .nfc || self == .nfkc { Self.compose(&scalars, classes) }
        var result: [UInt8] = []
        result.reserveCapacity(text.count + 16)
        for scalar in scalars { UTF8Text.append(scalar, to: &result) }
        return result
    }

    /// The canonical combining class in Unicode 9.0.
    static func combiningClass(_ value: UInt32) -> UInt8 {
        guard value >= 0x300, let scalar = Unicode.Scalar(value) else { return 0 }
        let combiningClass = scalar.properties.canonicalCombiningClass.rawValue
        return combiningClass == 0 || !scalar.isAssigned(by: 9) ? 0 : combiningClass
    }

    /// The canonical ordering: each run of scalars with a class is sorted by it, equal ones in their order.
    private static func reorder(_ scalars: inout [UInt32], _ classes: inout [UInt8]) {
        var start = 0
        while start < scalars.count {
            guard classes[start] > 0 else {
                start += 1
                continue
            }
            var end = start + 1
            while end < scalars.count, classes[end] > 0 { end += 1 }
            if end - start > 1 {
                let order = (start..<end).sorted { (classes[$0], $0) < (classes[$1], $1) }
                let run = order.map { (scalars[$0], classes[$0]) }
                for (offset, entry) in run.enumerated() {
                    (scalars[start + offset], classes[start + offset]) = entry
                }
            }
            start = end
        }
    }

    /// The canonical composition: each scalar is joined with the last starter before it, if they compose and nothing
    /// between them blocks it.
    private static func compose(_ scalars: inout [UInt32], _ classes: [UInt8]) {
        var write = 0
        var starter = -1
        // The class of what was written last behind the starter, 0 if that is the starter itself.
        var lastClass: UInt8 = 0
        for read in scalars.indices {
            let scalar = scalars[read]
            let combiningClass = classes[read]
            let isBlocked = starter < 0 || write - 1 > starter && lastClass >= combiningClass
            if !isBlocked, let composite = DecompositionTable.composition(scalars[starter], scalar) {
                scalars[starter] = composite
                continue
            }
            if combiningClass == 0 { starter = write }
            lastClass = combiningClass
            scalars[write] = scalar
            write += 1
        }
        scalars.removeLast(scalars.count - write)
    }
}
