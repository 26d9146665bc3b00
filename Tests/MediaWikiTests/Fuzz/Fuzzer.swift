import Foundation
import Statistics
import TestSupport

/// Runs readers on seeded mutations of sound inputs (see `FuzzRun`).
struct Fuzzer {
    let name: String
    let seeds: [[UInt8]]
    /// Pieces that mean something to the reader.
    let tokens: [[UInt8]]

    /// Calls `body` with one mutation after the other, and a folder for files.
    func run(_ body: (_ input: [UInt8], _ folder: URL) throws -> Void) throws {
        try FuzzRun(name: name).run { number, folder in
            var generator = SeededGenerator(seed: 20_251, name, number)
            try body(mutation(&generator), folder)
        }
    }

    // MARK: - Mutations

    /// A seed after one to eight changes.
    private func mutation(_ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = seeds[generator.below(seeds.count)]
        for _ in 0...generator.below(8) {
            let position = generator.below(bytes.count + 1)
            let length = min(1 + generator.below(1 << (1 + generator.below(8))), bytes.count - position)
            switch generator.below(9) {
            case 0: if position < bytes.count { bytes[position] ^= 1 << UInt8(generator.below(8)) }
            case 1: if position < bytes.count { bytes[position] = UInt8(generator.below(256)) }
            case 2:
                bytes.insert(
                    contentsOf: (0..<1 + generator.below(8)).map { _ in UInt8(generator.below(256)) }, at: position)
            case 3: bytes.removeSubrange(position..<position + length)
            case 4:
                bytes.insert(
                    contentsOf: Array(bytes[position..<position + length]), at: generator.below(bytes.count + 1))
            case 5: bytes.insert(contentsOf: tokens[generator.below(tokens.count)], at: position)
            case 6:
                let token = tokens[generator.below(tokens.count)]
                let end = min(position + token.count, bytes.count)
                bytes.replaceSubrange(position..<end, with: token)
            case 7:
                let other = seeds[generator.below(seeds.count)]
                let start = generator.below(other.count + 1)
                bytes.replaceSubrange(position..., with: other[start...])
            default: if generator.below(4) == 0 { bytes.removeSubrange(position...) }
            }
            if bytes.count > 1 << 16 { bytes.removeSubrange((1 << 16)...) }
        }
        return bytes
    }
}
