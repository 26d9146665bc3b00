/// The outermost coding of bzip2: four equal bytes are followed by a byte that says how many more there are.
struct BZip2RunLengths {
    private let text: UnsafePointer<UInt8>
    private let length: Int
    /// The places of the bytes that are counts.
    private let counts: UnsafeMutableBufferPointer<UInt32>
    /// The number of bytes that `write` writes.
    let expandedLength: Int

    /// Looks for runs.
    ///
    /// - Parameters:
    ///   - text: `length` bytes and 16 more that may be read.
    ///   - counts: room for `length / 5` numbers.
    /// - Throws: `BZip2Damage` if the last count is missing.
    init(
        _ text: UnsafePointer<UInt8>, length: Int, counts: UnsafeMutablePointer<UInt32>
    ) throws(BZip2Damage) {
        self.text = text
        self.length = length
        let raw = UnsafeRawPointer(text)
        var found = 0
        var expanded = length
        var place = 0
        while place &+ 4 <= length {
            let first = raw.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            let second = raw.loadUnaligned(fromByteOffset: place &+ 1, as: UInt64.self)
            let third = raw.loadUnaligned(fromByteOffset: place &+ 2, as: UInt64.self)
            let fourth = raw.loadUnaligned(fromByteOffset: place &+ 3, as: UInt64.self)
            // A zero byte where four bytes are equal.
            let difference = (first ^ second) | (second ^ third) | (third ^ fourth)
            let zeros = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
            guard zeros != 0 else {
                place &+= 8
                continue
            }
            // The lowest mark is always that of a zero byte.
            let count = place &+ UInt64(littleEndian: zeros).trailingZeroBitCount / 8 &+ 4
            guard count <= length else { break }
            guard count < length else { throw BZip2Damage() }
            counts[found] = UInt32(truncatingIfNeeded: count)
            found &+= 1
            expanded &+= Int(text[count]) &- 1
            place = count &+ 1
        }
        expandedLength = expanded
        self.counts = UnsafeMutableBufferPointer(start: counts, count: found)
    }

    /// Writes `expandedLength` bytes.
    func write(to output: UnsafeMutablePointer<UInt8>) {
        var output = output
        var place = 0
        for count in counts {
            let count = Int(count)
            output.update(from: text + place, count: count - place)
            output += count - place
            let more = Int(text[count])
            output.update(repeating: text[count - 1], count: more)
            output += more
            place = count + 1
        }
        output.update(from: text + place, count: length - place)
    }
}
