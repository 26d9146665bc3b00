/// Where the XML of a packed file is stored, as far back as pages are still to be emitted.
struct StoredPlaces {
    /// Bytes from `start` on, up to the next extent.
    private struct Extent {
        var start: Int64
        var place: StoredPlace
    }

    private var extents: [Extent] = []
    private var byteCount: Int64 = 0

    /// Takes the next piece of the XML.
    ///
    /// - Parameters:
    ///   - place: where it is stored; nil in a plain file, of which nothing is kept.
    ///   - needed: the first byte that will be asked for.
    mutating func add(_ place: StoredPlace?, count: Int, needed: Int64) {
        defer { byteCount += Int64(count) }
        guard let place else { return }
        if let last = extents.lastIndex(where: { $0.start <= needed }), last > 0 { extents.removeFirst(last) }
        if extents.last?.place != place { extents.append(Extent(start: byteCount, place: place)) }
    }

    /// Where a byte is stored; nil in a plain file.
    func place(ofByte byte: Int64) -> StoredPlace? {
        extents.last { $0.start <= byte }?.place
    }
}
