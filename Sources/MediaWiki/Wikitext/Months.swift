/// English names of months.
public enum Months {
    /// January first.
    public static let names = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    /// 1 to 12 for a name or its usual abbreviation with or without a full stop, in any case.
    public static func number(_ text: some StringProtocol) -> Int? {
        guard (3...10).contains(text.utf8.count), let first = text.utf8.first, initials[Int(first)] else { return nil }
        let key = text.hasSuffix(".") ? text.dropLast().lowercased() : text.lowercased()
        return numbers[key]
    }

    /// Whether a byte is the first letter of a month, in any case.
    private static let initials = (0..<256).map { byte in
        numbers.keys.contains { Int($0.utf8[$0.startIndex]) == byte | 0x20 }
    }

    private static let numbers: [String: Int] = {
        var numbers = ["sept": 9]
        for (index, name) in names.enumerated() {
            numbers[name.lowercased()] = index + 1
            numbers[name.prefix(3).lowercased()] = index + 1
        }
        return numbers
    }()
}
