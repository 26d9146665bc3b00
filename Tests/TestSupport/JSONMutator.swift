/// Random numbers for mutations: SplitMix64, started from the name and number of an execution.
public struct MutationGenerator {
    private var state: UInt64

    /// The numbers of one execution.
    public init(_ name: String, _ number: Int) {
        state = name.utf8.reduce(UInt64(truncatingIfNeeded: number) &* 0x9E37_79B9_7F4A_7C15) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
    }

    /// A number in 0..<bound, nearly uniform.
    public mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(bound))
    }

    /// One of some elements.
    public mutating func element<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}

/// Changes JSON where its parts are: values are exchanged, repeated, dropped, negated, nested, cut off.
public struct JSONMutator {
    /// Values that mean something to the reader, as JSON.
    let values: [[UInt8]]

    /// What every reader should survive.
    private static let absurd: [[UInt8]] =
        [
            "null", "true", "false", "0", "-0", "-1", "1", "2", "3", "1.5", "1e2", "-1e308", "1e-320", "1e999", "NaN",
            "Infinity", "-Infinity", "255", "65536", "16777216", "16777217", "268435455", "2147483647", "2147483648",
            "4294967296", "4611686018427387904", "9223372036854775807", "9223372036854775808", "18446744073709551616",
            "\"\"", "\"\\u0000\"", "\"\\ud800\"", "\"é\"", "\"e\\u0301\"", "[]", "{}", "[[]]", "[0]", "{\"\":0}",
        ].map { Array($0.utf8) } + [
            Array(String(repeating: "[", count: 100).utf8), Array(String(repeating: "{\"a\":", count: 70).utf8),
            Array((String(repeating: "[", count: 62) + String(repeating: "]", count: 62)).utf8),
            Array("\"\(String(repeating: "a", count: 3000))\"".utf8),
        ]

    /// A mutator that also puts in some values of the format's own.
    public init(values: [String]) {
        self.values = values.map { Array($0.utf8) }
    }

    /// `json` after one to four changes.
    public func mutation(of json: [UInt8], _ generator: inout MutationGenerator) -> [UInt8] {
        var json = json
        for _ in 0...generator.below(generator.below(4) + 1) { change(&json, &generator) }
        return json
    }

    private func change(_ json: inout [UInt8], _ generator: inout MutationGenerator) {
        let spans = Self.spans(of: json)
        guard !spans.isEmpty else { return }
        let span = generator.element(spans)
        switch generator.below(12) {
        case 0, 1: json.replaceSubrange(span, with: generator.element(Self.absurd))
        case 2, 3: json.replaceSubrange(span, with: generator.element(values.isEmpty ? Self.absurd : values))
        case 4, 5: json.replaceSubrange(span, with: Array(json[generator.element(spans)]))
        case 6: repeatMember(&json, span, &generator)
        case 7: Self.drop(span, from: &json)
        case 8: changeNumber(&json, spans, &generator)
        case 9:
            let depth = generator.element([1, 2, 61, 64, 200])
            json.insert(contentsOf: Array(repeating: UInt8(ascii: "]"), count: depth), at: span.upperBound)
            json.insert(contentsOf: Array(repeating: UInt8(ascii: "["), count: depth), at: span.lowerBound)
        case 10:
            let position = generator.below(json.count)
            json[position] = UInt8(generator.below(256))
        default:
            if generator.below(4) == 0 {
                json.removeSubrange(generator.below(json.count)...)
            } else if let insertion = generator.element(spans).first {
                json.insert(json[insertion], at: generator.below(json.count))
            }
        }
        if json.count > 1 << 17 { json.removeSubrange((1 << 17)...) }
    }

    /// Puts a value, or a name with its value, there a second time, perhaps with another name or value.
    private func repeatMember(_ json: inout [UInt8], _ span: Range<Int>, _ generator: inout MutationGenerator) {
        let copies = generator.element([1, 1, 1, 2, 40])
        var end = span.upperBound
        if end < json.count, json[end] == UInt8(ascii: ":") {
            let rest = Self.spans(of: json).filter { $0.lowerBound > end }
            guard let start = rest.map(\.lowerBound).min(), let value = rest.first(where: { $0.lowerBound == start })
            else { return }
            end = value.upperBound
        }
        let member = [UInt8(ascii: ",")] + json[span.lowerBound..<end]
        for _ in 0..<copies { json.insert(contentsOf: member, at: end) }
    }

    private static func drop(_ span: Range<Int>, from json: inout [UInt8]) {
        var end = span.upperBound
        // With the comma or colon behind it, so that lists stay lists, and the next value takes the name.
        if end < json.count, json[end] == UInt8(ascii: ",") || json[end] == UInt8(ascii: ":") { end += 1 }
        json.removeSubrange(span.lowerBound..<end)
    }

    private func changeNumber(_ json: inout [UInt8], _ spans: [Range<Int>], _ generator: inout MutationGenerator) {
        let numbers = spans.filter {
            json[$0.lowerBound] == UInt8(ascii: "-") || (48...57).contains(json[$0.lowerBound])
        }
        guard !numbers.isEmpty else { return }
        let span = generator.element(numbers)
        let text = String(decoding: json[span], as: UTF8.self)
        guard let number = Int(text) else {
            json.replaceSubrange(span, with: Array("-\(text)".utf8))
            return
        }
        let changed = [
            number &+ 1, number &- 1, 0 &- number, number &* 2, number / 2, number &* 4096, number &+ 1 << 32,
        ]
        json.replaceSubrange(span, with: Array(String(generator.element(changed)).utf8))
    }

    /// Where names and values stand in what is more or less JSON.
    static func spans(of json: [UInt8]) -> [Range<Int>] {
        var spans: [Range<Int>] = []
        var open: [Int] = []
        var position = 0
        while position < json.count {
            let start = position
            position += 1
            switch json[start] {
            case UInt8(ascii: "\""):
                while position < json.count, json[position] != UInt8(ascii: "\"") {
                    position += json[position] == UInt8(ascii: "\\") ? 2 : 1
                }
                position = min(position + 1, json.count)
                spans.append(start..<position)
            case UInt8(ascii: "{"), UInt8(ascii: "["): open.append(start)
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if let opening = open.popLast() { spans.append(opening..<position) }
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"):
                while position < json.count, !" \n\r\t,:]}\"".utf8.contains(json[position]) { position += 1 }
                spans.append(start..<position)
            default: break
            }
        }
        return spans
    }
}
