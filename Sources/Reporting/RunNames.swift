/// Names that tell the runs of a store apart: their labels, numbered where runs share one.
struct RunNames {
    /// One name per run, in the order of the labels given.
    let names: [String]

    init(labels: [String]) {
        // By UTF-8: String's == takes canonically equivalent labels for one.
        func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
        let counts = Dictionary(labels.map { (bytes($0), 1) }, uniquingKeysWith: +)
        var taken = Set(counts.keys)
        names = labels.map { label in
            guard counts[bytes(label), default: 0] > 1 else { return label }
            var number = 1
            while taken.contains(bytes("\(label) (\(number))")) { number += 1 }
            taken.insert(bytes("\(label) (\(number))"))
            return "\(label) (\(number))"
        }
    }
}
