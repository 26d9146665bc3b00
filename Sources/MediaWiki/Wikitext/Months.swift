/// English names of months.
public enum Months {
    /// January first.
    public static let names = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    /// 1 to 12 for a name or its usual abbreviation with or without a full stop, in any case.
    public static func number(_ text: some StringProtocol) -> Int? {
        guard (3...10).contains(text.utf8.count) else { return nil }
        let key = text.hasSuffix(".") ? text.dropLast().lowercased() : text.lowercased()
        return numbers[key]
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
