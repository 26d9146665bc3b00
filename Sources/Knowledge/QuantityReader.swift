import Foundation
import MediaWiki

/// Reads numbers with their units.
enum QuantityReader {
    /// What a text that begins like a number turned out to be.
    enum Outcome: Equatable {
        case quantity(QuantityValue)
        /// Too many digits to be kept as a number.
        case tooLong
        case none
    }

    /// The quantity that the whole text is: "6,650 km", "US$1.5 million", "−12 °C", "34".
    static func read(_ text: String) -> Outcome {
        text.withBytes { mayBegin($0) && $0.contains(where: \.isASCIIDigit) ? read($0) : .none }
    }

    private static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> Outcome {
        var position = 0
        let isNegative = bytes.has("−", at: 0) || bytes.has("-", at: 0)
        if isNegative { position += bytes[0] == UInt8(ascii: "-") ? 1 : 3 }
        var prefix = ""
        if position < bytes.count, !bytes[position].isASCIIDigit,
            let sign = currencySigns.first(where: { bytes[position...].starts(with: $0.utf8) })
        {
            prefix = sign
            position += sign.utf8.count
            if position < bytes.count, bytes[position] == 0x20 { position += 1 }
        }
        let start = position
        while position < bytes.count, isOfNumber(bytes[position]) { position += 1 }
        guard let number = number(bytes[start..<position]) else { return .none }
        let hasBlank = position < bytes.count && bytes[position] == 0x20
        let unit = UnsafeBufferPointer(rebasing: bytes[(hasBlank ? position + 1 : position)...])
        guard unit.isEmpty || (hasBlank ? isUnit(unit) : attachedUnits.contains(unit, 0..<unit.count)) else {
            return .none
        }
        guard let value = number.value else { return .tooLong }
        // A code with a leading zero is no number.
        if bytes[start] == 0x30, position - start > 1, bytes[start + 1] != UInt8(ascii: ".") { return .none }
        return .quantity(
            QuantityValue(
                value: isNegative ? -value : value, decimals: number.decimals,
                unit: String(decoding: unit, as: UTF8.self), isGrouped: number.isGrouped, prefix: prefix))
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        byte.isASCIIDigit || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ".")
    }

    /// A number as it is written; nil if it is none. Its value is nil if it has too many digits.
    private static func number(
        _ text: Slice<UnsafeBufferPointer<UInt8>>
    ) -> (value: Double?, decimals: Int, isGrouped: Bool)? {
        // Most numbers are small and have neither a point nor a comma.
        if !text.isEmpty, text.count <= 15, text.allSatisfy(\.isASCIIDigit) {
            return (Double(text.reduce(0) { $0 * 10 + Int($1 - 0x30) }), 0, false)
        }
        guard let digits = digits(text) else { return nil }
        let value = digits.plain.count <= 17 ? Double(String(decoding: digits.plain, as: UTF8.self)) : nil
        return (value, digits.decimals, digits.isGrouped)
    }

    /// Whether the first byte may be that of a sign, a currency or a digit: most values are words.
    private static func mayBegin(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.first.map { firstBytes[Int($0)] } ?? false
    }

    private static let firstBytes: [Bool] = {
        var table = [Bool](repeating: false, count: 256)
        for byte in (["−", "-", ",", "."] + currencySigns).compactMap(\.utf8.first) { table[Int(byte)] = true }
        for digit in UInt8(ascii: "0")...UInt8(ascii: "9") { table[Int(digit)] = true }
        return table
    }()

    /// Signs before an amount, longer ones first.
    static let currencySigns = [
        "US$", "CA$", "AU$", "NZ$", "HK$", "NT$", "CN¥", "A$", "C$", "R$", "S$", "$", "€", "£", "¥", "₹", "₩", "₽", "₱",
        "Rs.", "Rs",
        "USD", "EUR", "GBP", "Rp",
    ]

    /// Words and symbols that are units although they are not all in lower case.
    private static let symbols: WordSet = [
        "°C", "°F", "K", "W", "kW", "MW", "GW", "TW", "kWh", "MWh", "GWh", "TWh", "J", "kJ", "MJ", "GJ", "Pa", "kPa",
        "MPa", "hPa",
        "N", "kN", "V", "kV", "A", "Hz", "kHz", "MHz", "GHz", "AU", "Mpc", "PS", "L", "mL", "eV", "keV", "MeV", "GeV",
        "Mt", "Gt",
        "US gal", "imp gal", "GB", "MB", "KB", "kB", "TB", "Mbit/s", "N⋅m", "lb⋅ft", "Da", "kDa", "g/mol", "Ma", "Mya",
        "BTU",
        "/km²", "/sq mi", "μm", "Å", "m³/s", "km³", "m³", "km²", "m²",
    ]

    /// Units that stand right after the number.
    private static let attachedUnits: WordSet = [
        "%", "°", "km", "m", "kg", "cm", "mm", "ft", "mi", "lb", "g", "h", "px",
    ]

    /// Words that show that more than a unit follows the number.
    private static let stopWords: WordSet = [
        "to", "and", "or", "of", "in", "at", "by", "on", "for", "from", "with", "as", "per", "each", "plus", "the", "a",
        "an",
        "including", "excluding", "since", "until", "x", "×", "bc", "ad", "st", "nd", "rd", "th", "am", "pm", "a.m.",
        "p.m.",
    ]

    private static func isUnit(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        if symbols.contains(text, 0..<text.count) { return true }
        guard text.count <= 30 else { return false }
        var words = ByteWords(text) { $0 == 0x20 }
        var count = 0
        while let word = words.next() {
            count += 1
            guard count <= 3, isUnitWord(UnsafeBufferPointer(rebasing: text[word])) else { return false }
        }
        return count > 0
    }

    private static func isUnitWord(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
        let isStopWord = Lowercase.withBytes(of: word) { stopWords.contains($0, 0..<$0.count) }
        guard !isStopWord else { return false }
        if symbols.contains(word, 0..<word.count) { return true }
        if word.allSatisfy({ $0 >= 0x61 && $0 <= 0x7A }) { return true }
        return String(decoding: word, as: UTF8.self).unicodeScalars.allSatisfy {
            $0.properties.isLowercase || $0 == "/" || $0 == "²" || $0 == "³" || $0 == "⋅" || $0 == "-"
        }
    }

    /// The digits of a number that is written as numbers are: commas only between groups of three.
    static func digits(
        _ text: Slice<UnsafeBufferPointer<UInt8>>
    ) -> (plain: [UInt8], decimals: Int, isGrouped: Bool)? {
        let comma = UInt8(ascii: ",")
        let point = text.firstIndex(of: UInt8(ascii: ".")) ?? text.endIndex
        let whole = text[..<point]
        let fraction = text[point...].dropFirst()
        guard !whole.isEmpty, point == text.endIndex || !fraction.isEmpty, !fraction.contains(UInt8(ascii: "."))
        else { return nil }
        guard let first = whole.firstIndex(of: comma) else { return (Array(text), fraction.count, false) }
        guard (1...3).contains(first - whole.startIndex), (point - first) % 4 == 0,
            (first..<point).allSatisfy({ (text[$0] == comma) == (($0 - first) % 4 == 0) })
        else { return nil }
        return (whole.filter { $0 != comma } + text[point...], fraction.count, true)
    }
}

extension QuantityValue {
    /// With its thousands grouped, as templates show the bare numbers that authors give them: all quantities of
    /// parameters look alike then.
    var grouped: QuantityValue {
        var result = self
        result.isGrouped = abs(value) >= 1000
        return result
    }

    /// "6,650 km", "US$1.5 million", "−12 °C", "41.5%".
    public var text: String {
        let sign = value < 0 ? "−" : ""
        let digits = Self.decimalDigits(abs(value), decimals: decimals)
        guard isGrouped else { return sign + prefix + digits + shownUnit }
        let count = digits.utf8.prefix { $0 != UInt8(ascii: ".") }.count
        var grouped: [UInt8] = []
        for (index, digit) in digits.utf8.enumerated() {
            if index > 0, index < count, (count - index) % 3 == 0 { grouped.append(UInt8(ascii: ",")) }
            grouped.append(digit)
        }
        return sign + prefix + String(decoding: grouped, as: UTF8.self) + shownUnit
    }

    private var shownUnit: String {
        unit.isEmpty || ["%", "°", "′", "″"].contains(unit) || unit.hasPrefix("/") ? unit : " " + unit
    }

    /// The number in decimal notation with exactly so many digits after the point.
    private static func decimalDigits(_ value: Double, decimals: Int) -> String {
        if decimals == 0, value < 1e15 { return String(Int(value)) }
        let description = value.description
        // "1e+20", "inf", "nan".
        guard !description.utf8.contains(where: \.isASCIILetter) else {
            return String(format: "%.\(decimals)f", value)
        }
        let point = description.utf8.firstIndex(of: UInt8(ascii: ".")) ?? description.endIndex
        let whole = String(description[..<point])
        if decimals == 0 { return whole }
        let fraction = description[point...].dropFirst().prefix(decimals)
        return whole + "." + fraction + String(repeating: "0", count: max(0, decimals - fraction.utf8.count))
    }
}
