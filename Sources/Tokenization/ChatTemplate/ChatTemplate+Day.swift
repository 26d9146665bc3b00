extension ChatTemplate {
    /// A day of the Gregorian calendar, for templates that write the date into the prompt.
    public struct Day: Sendable, Hashable, CustomStringConvertible {
        private let year: Int
        private let month: Int
        private let day: Int

        private static let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November",
            "December",
        ]
        private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

        /// Reads "2026-11-21"; nil if there is no such day after the year 1000.
        public init?(_ text: String) {
            let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
            guard parts.map(\.count) == [4, 2, 2], text.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) })
            else { return nil }
            let numbers = parts.compactMap { Int(String(decoding: Array($0), as: UTF8.self)) }
            guard numbers.count == 3, numbers[0] >= 1000, (1...12).contains(numbers[1]) else { return nil }
            guard (1...Self.days(of: numbers[1], in: numbers[0])).contains(numbers[2]) else { return nil }
            (year, month, day) = (numbers[0], numbers[1], numbers[2])
        }

        /// The day as it is read.
        public var description: String { "\(year)-\(Self.two(month))-\(Self.two(day))" }

        /// `strftime` in the C locale; nil for a field that a day does not tell.
        func formatted(_ format: String) -> String? {
            var result = ""
            var scalars = format.unicodeScalars.makeIterator()
            while let scalar = scalars.next() {
                guard scalar == "%" else {
                    result.unicodeScalars.append(scalar)
                    continue
                }
                switch scalars.next() {
                case "Y": result += String(year)
                case "y": result += Self.two(year % 100)
                case "m": result += Self.two(month)
                case "d": result += Self.two(day)
                case "B": result += Self.months[month - 1]
                case "b": result += Self.months[month - 1].prefix(3)
                case "A": result += Self.weekdays[weekday]
                case "a": result += Self.weekdays[weekday].prefix(3)
                case "%": result += "%"
                default: return nil
                }
            }
            return result
        }

        /// 0 for Sunday, by Sakamoto's rule.
        private var weekday: Int {
            let offsets = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4]
            let year = month < 3 ? year - 1 : year
            return (year + year / 4 - year / 100 + year / 400 + offsets[month - 1] + day) % 7
        }

        private static func days(of month: Int, in year: Int) -> Int {
            let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
            return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
        }

        private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    }
}
