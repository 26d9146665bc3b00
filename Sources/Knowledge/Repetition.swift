extension [UInt64] {
    /// Keeps the first of equal ones.
    mutating func removeRepeated() {
        guard count > 1 else { return }
        // A table with more than half of its places free; 0 marks these, so that one 0 is told apart.
        let bits = Int.bitWidth - (2 * count).leadingZeroBitCount
        let mask = 1 << bits - 1
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: mask + 1) { table in
            table.initialize(repeating: 0)
            var hasZero = false
            removeAll { number in
                if number == 0 {
                    defer { hasZero = true }
                    return hasZero
                }
                var place = Int(truncatingIfNeeded: (number &* Self.multiplier) >> UInt64(64 - bits))
                while table[place] != 0 {
                    if table[place] == number { return true }
                    place = (place + 1) & mask
                }
                table[place] = number
                return false
            }
        }
    }

    /// Another one in each process, so that nobody can make up a page whose links all fall on one place of the table. What is kept
    /// does not depend on it.
    private static let multiplier = UInt64.random(in: .min ... .max) | 1
}
