/// Small values by title hash: as few bytes for each as an array of pairs needs, and a third more.
///
/// Open addressing with linear probing. It grows by 3/8 when it is seven eighths full, so that the peak while it grows is not three
/// times what it holds.
struct TitleTable<Value: BitwiseCopyable & Sendable>: Sendable {
    private var keys: [UInt64]
    private var values: [Value]
    private let empty: Value

    /// Number of titles.
    private(set) var count = 0

    /// - Parameter empty: what an unused place holds; never returned.
    init(empty: Value) {
        self.empty = empty
        keys = [UInt64](repeating: 0, count: 64)
        values = [Value](repeating: empty, count: 64)
    }

    /// The value of a title; nil for one that is not in the table.
    subscript(hash: UInt64) -> Value? {
        let place = place(of: Self.key(hash))
        return keys[place] == 0 ? nil : values[place]
    }

    /// Changes the value of a title, which begins as `initial`.
    mutating func update(_ hash: UInt64, from initial: Value, _ change: (inout Value) -> Void) {
        let key = Self.key(hash)
        var place = place(of: key)
        if keys[place] == 0 {
            if count >= keys.count / 8 * 7 {
                grow()
                place = self.place(of: key)
            }
            keys[place] = key
            values[place] = initial
            count += 1
        }
        change(&values[place])
    }

    /// Sets the value of a title.
    mutating func set(_ hash: UInt64, to value: Value) { update(hash, from: value) { $0 = value } }

    /// All titles with their values, in no particular order.
    var all: some Sequence<(hash: UInt64, value: Value)> {
        zip(keys, values).lazy.filter { $0.0 != 0 }.map { (hash: $0.0, value: $0.1) }
    }

    /// 0 marks an unused place.
    private static func key(_ hash: UInt64) -> UInt64 { hash == 0 ? 1 : hash }

    /// Where a key is, or belongs.
    private func place(of key: UInt64) -> Int {
        var place = Int((key &* 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: UInt64(keys.count)).high)
        while keys[place] != 0, keys[place] != key {
            place += 1
            if place == keys.count { place = 0 }
        }
        return place
    }

    private mutating func grow() {
        let (oldKeys, oldValues) = (keys, values)
        let capacity = oldKeys.count / 8 * 11
        keys = [UInt64](repeating: 0, count: capacity)
        values = [Value](repeating: empty, count: capacity)
        for (key, value) in zip(oldKeys, oldValues) where key != 0 {
            let place = place(of: key)
            keys[place] = key
            values[place] = value
        }
    }
}
