/// The views of chosen titles: 16 bytes for each and half a byte of index, however many others the files have.
struct WantedTitles: PageviewTally {
    /// In ascending order.
    private let hashes: [UInt64]
    /// Of each hash; negative where no row was seen.
    private var counts: [Int64]
    /// Where hashes with the same first bits begin, and after the last of them the end: about eight to a place.
    private let starts: [UInt32]
    private let shift: UInt64

    init(_ hashes: [UInt64]) {
        precondition(hashes.count < UInt32.max, "more titles than any wiki has")
        precondition(zip(hashes, hashes.dropFirst()).allSatisfy(<=), "titles have to be in ascending order")
        let bits = max(0, 60 - hashes.count.leadingZeroBitCount)
        let shift = UInt64(64 - bits)
        var starts = [UInt32](repeating: 0, count: 1 << bits + 1)
        for hash in hashes { starts[Int(hash >> shift) + 1] += 1 }
        for place in 1..<starts.count { starts[place] += starts[place - 1] }
        self.hashes = hashes
        self.starts = starts
        self.shift = shift
        counts = [Int64](repeating: -1, count: hashes.count)
    }

    mutating func add(_ views: Int64, to title: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let index = index(of: TitleHash(title).value) else { return true }
        let (sum, isTooLarge) = max(0, counts[index]).addingReportingOverflow(views)
        if !isTooLarge { counts[index] = sum }
        return !isTooLarge
    }

    /// The views of each title, in the order of the hashes.
    consuming func finish() -> TitleViews {
        // Only the first of equal hashes was counted.
        for index in hashes.indices.dropFirst() where hashes[index] == hashes[index - 1] {
            counts[index] = counts[index - 1]
        }
        return TitleViews(counts)
    }

    /// The first index of a hash.
    private func index(of hash: UInt64) -> Int? {
        let place = Int(hash >> shift)
        var (low, high) = (Int(starts[place]), Int(starts[place + 1]))
        let end = high
        while low < high {
            let middle = (low + high) / 2
            if hashes[middle] < hash { low = middle + 1 } else { high = middle }
        }
        return low < end && hashes[low] == hash ? low : nil
    }
}

/// Views of titles in the order they were asked for; nil for a title without a row in the files.
public struct TitleViews: RandomAccessCollection, Sendable {
    // Half the size of an array of optionals.
    private let counts: [Int64]

    /// - Parameter counts: negative for titles without a row.
    init(_ counts: [Int64]) {
        self.counts = counts
    }

    /// Always 0.
    public var startIndex: Int { 0 }

    /// The number of titles.
    public var endIndex: Int { counts.count }

    /// The views of one title.
    public subscript(index: Int) -> Int64? { counts[index] < 0 ? nil : counts[index] }
}
