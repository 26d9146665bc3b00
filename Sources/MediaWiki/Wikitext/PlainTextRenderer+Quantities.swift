extension PlainTextRenderer {
    /// `{{convert|6650|km|mi}}` shows "6,650 km": the quantity as the author gives it, not the computed ones.
    mutating func renderConversion(_ template: Template) {
        let arguments = template.positional.map { plainArgument($0) }
        guard let first = arguments.first, let firstText = first,
            let number = Self.number(firstText, in: self, template),
            arguments.count > 1, let second = arguments[1]
        else { return output.noteGap("quantity") }
        if let adjective = plainArgument(template.value("adj")),
            adjective.hasPrefix("mid") || adjective.hasPrefix("pre")
        {
            return output.noteGap("quantity")
        }
        if let word = Self.rangeWords[second] {
            guard arguments.count > 3, let upper = arguments[2].flatMap({ Self.number($0, in: self, template) }),
                let unit = arguments[3].flatMap({ UnitSymbols.symbol($0) })
            else { return output.noteGap("quantity") }
            return output.append(number + word + upper + Self.joined(unit))
        }
        guard let unit = UnitSymbols.symbol(second) else { return output.noteGap("unknown unit") }
        output.append(number + Self.joined(unit))
        // Feet and inches, pounds and ounces.
        if arguments.count > 3, let third = arguments[2], let fourth = arguments[3],
            let smaller = UnitSymbols.smallerUnits[second], smaller == fourth,
            let rest = Self.number(third, in: self, template)
        {
            output.append(" " + rest + Self.joined(fourth))
        }
    }

    /// Percent, degree and prime signs stand right after the number, other units after a blank.
    private static func joined(_ unit: String) -> String {
        ["%", "°", "′", "″"].contains(unit) || unit.isEmpty ? unit : " " + unit
    }

    private static let rangeWords: [String: String] = [
        "-": "–", "–": "–", "to": " to ", "and": " and ", "or": " or ", "x": " × ", "×": " × ", "by": " by ",
        "*": " × ", "to(-)": " to ", "and(-)": " and ", "+/-": " ± ", "±": " ± ", "till": " to ",
    ]

    /// A number with its thousands grouped as `convert` groups them; "6+1/2" as "6 1/2".
    private static func number(_ text: String, in renderer: PlainTextRenderer, _ template: Template) -> String? {
        let isUngrouped = renderer.plainArgument(template.value("comma")).map { $0 == "off" } ?? false
        let parts = text.split(separator: "+", omittingEmptySubsequences: false)
        guard let whole = parts.first, parts.count <= 2 else { return nil }
        if parts.count == 2 || whole.contains("/") {
            let fraction = parts.last ?? ""
            let digits = fraction.split(separator: "/", omittingEmptySubsequences: false)
            guard digits.filter({ !$0.isEmpty }).count == 2,
                digits.allSatisfy({ $0.utf8.allSatisfy(\.isASCIIDigit) }),
                parts.count == 1 || whole.utf8.allSatisfy(\.isASCIIDigit)
            else { return nil }
            return (parts.count == 2 ? whole + " " : "") + digits.filter { !$0.isEmpty }.joined(separator: "/")
        }
        return isUngrouped ? Numbers.plain(String(whole)) : Numbers.grouped(String(whole))
    }

    mutating func renderHeight(_ template: Template) {
        var parts: [String] = []
        for name in ["m", "cm", "ft", "in"] {
            guard let range = template.value(name), let text = plainArgument(range), !text.isEmpty else { continue }
            let isNumber = text.utf8.allSatisfy {
                $0.isASCIIDigit || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/")
            }
            guard isNumber else { return output.noteGap("quantity") }
            parts.append("\(text) \(name)")
        }
        if parts.isEmpty { output.noteGap("quantity") } else { output.append(parts.joined(separator: " ")) }
    }

    mutating func renderNumber(_ template: Template) {
        guard let text = plainArgument(template.value("1")) else { return output.noteGap("number") }
        appendNumber(text)
    }

    /// Appends a number with its thousands grouped; anything that is no number leaves a gap.
    mutating func appendNumber(_ text: String) {
        if let number = Numbers.grouped(text.trimmingPythonBlanks()) {
            output.append(number)
        } else {
            output.noteGap("number")
        }
    }

    mutating func renderScientificNumber(_ template: Template) {
        let values = template.positional
        guard let text = plainArgument(values.first ?? template.value("1")), let number = Numbers.grouped(text) else {
            return output.noteGap("number")
        }
        // A second number is an uncertainty, "to" makes a range.
        if values.count > 1, purpose == .value { return output.noteGap("uncertain") }
        guard values.count <= 1 else { return output.noteGap("number") }
        output.append(number)
        if let range = template.value("e") {
            guard let exponent = plainArgument(range).flatMap({ Int($0.replacing("−", with: "-")) }) else {
                return output.noteGap("number")
            }
            output.append("×10")
            let start = output.bytes.count
            output.append(String(exponent))
            output.script(from: start, isSuperscript: true)
        }
        for name in ["u", "ul", "up", "upl"] {
            guard let range = template.value(name) else { continue }
            guard let unit = plainArgument(range) else { return output.noteGap("unknown unit") }
            output.append(Self.joined(UnitSymbols.symbol(unit) ?? unit))
            return
        }
    }

    mutating func renderFraction(_ template: Template) {
        let values = template.positional.map { plainArgument($0) ?? "" }
        guard values.allSatisfy({ !$0.isEmpty && $0.utf8.count < 12 && $0.utf8.allSatisfy(\.isASCIIDigit) }) else {
            return output.noteGap("number")
        }
        // `10{{frac|1|2}}` is ten and a half, not a hundred and one halves.
        if let last = output.bytes.last, last.isASCIIDigit { output.append(" ") }
        switch values.count {
        case 0: output.append("1/2")
        case 1: output.append("1/" + values[0])
        case 2: output.append(values[0] + "/" + values[1])
        case 3: output.append(values[0] + " " + values[1] + "/" + values[2])
        default: output.noteGap("number")
        }
    }
}

/// Decimal numbers as text.
enum Numbers {
    /// The longest number that is taken for one.
    private static let maximumDigits = 30

    /// "6650" as "6,650", "1234567.89" as "1,234,567.89"; commas that are there already are kept if they group by three.
    /// Nil if it is no decimal number.
    static func grouped(_ text: String) -> String? {
        guard let (sign, whole, fraction) = parts(text) else { return nil }
        var digits = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { digits += "," }
            digits.append(digit)
        }
        return sign + digits + fraction
    }

    /// The number without commas.
    static func plain(_ text: String) -> String? { parts(text).map { $0.sign + $0.whole + $0.fraction } }

    private static func parts(_ text: String) -> (sign: String, whole: String, fraction: String)? {
        // The minus sign is three bytes, of which the first is rare.
        var rest = text.utf8.contains(0xE2) ? text.replacing("−", with: "-")[...] : text[...]
        let sign = rest.hasPrefix("-") ? "−" : ""
        if rest.hasPrefix("-") || rest.hasPrefix("+") { rest = rest.dropFirst() }
        let pieces = rest.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = pieces.first, pieces.count <= 2, rest.utf8.count <= maximumDigits else { return nil }
        let groups = whole.split(separator: ",", omittingEmptySubsequences: false)
        guard groups.allSatisfy({ $0.utf8.allSatisfy(\.isASCIIDigit) }),
            groups.dropFirst().allSatisfy({ $0.utf8.count == 3 }),
            let first = groups.first, groups.count == 1 || (1...3).contains(first.utf8.count)
        else { return nil }
        let digits = groups.joined()
        guard pieces.count == 1 || pieces[1].utf8.allSatisfy(\.isASCIIDigit) else { return nil }
        let fraction = pieces.count == 2 ? String(pieces[1]) : ""
        guard !digits.isEmpty || !fraction.isEmpty else { return nil }
        return (sign, digits.isEmpty ? "0" : digits, fraction.isEmpty ? "" : "." + fraction)
    }
}
