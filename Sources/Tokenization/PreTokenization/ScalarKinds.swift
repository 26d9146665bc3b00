/// What the well-known expressions ask of a scalar, for U+0000 to U+FFFF.
///
/// The table is filled by the regular expressions themselves, so it cannot differ from them.
struct ScalarKinds: OptionSet, Sendable {
    var rawValue: UInt8

    /// `\p{L}`.
    static let letter = ScalarKinds(rawValue: 1)
    /// `\p{N}`.
    static let number = ScalarKinds(rawValue: 2)
    /// `\s`.
    static let space = ScalarKinds(rawValue: 4)
    /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`.
    static let upper = ScalarKinds(rawValue: 8)
    /// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`.
    static let lower = ScalarKinds(rawValue: 16)
    /// Carriage return or line feed.
    static let lineEnd = ScalarKinds(rawValue: 32)

    /// By scalar; nil if an expression cannot be compiled, which does not happen.
    static let table: [ScalarKinds]? = {
        var text: [UInt8] = []
        for value in UInt32(0)..<0x10000 where Unicode.Scalar(value) != nil { UTF8Text.append(value, to: &text) }
        var table = [ScalarKinds](repeating: [], count: 0x10000)
        for (pattern, kind) in [
            (#"\p{L}+"#, letter), (#"\p{N}+"#, number), (#"\s+"#, space), (#"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+"#, upper),
            (#"[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"#, lower), (#"[\r\n]+"#, lineEnd),
        ] {
            do {
                try Pattern(pattern).forEachMatch(in: text, 0..<text.count) { match in
                    UTF8Text.forEachScalar(in: text, match) { scalar, _ in table[Int(scalar.value)].insert(kind) }
                }
            } catch {
                return nil
            }
        }
        return table
    }()
}
