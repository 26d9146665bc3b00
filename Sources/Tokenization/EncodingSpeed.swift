import Diagnostics
import Foundation

/// How fast texts become ids on one thread, without reading, decoding and writing.
///
/// The first pass begins with an empty cache of words, the later ones find in it what the first has left.
public struct EncodingSpeed: Sendable {
    /// One pass over all texts.
    public struct Pass: Sendable {
        /// By the clock on the wall.
        public var seconds = 0.0
        /// Processor time of the process.
        public var processorSeconds = 0.0
    }

    /// The number of texts.
    public private(set) var texts = 0
    /// The UTF-8 of all texts together.
    public private(set) var bytes = 0
    /// The ids of all texts together.
    public private(set) var tokens = 0
    /// The timed passes, in order.
    public private(set) var passes: [Pass] = []
    /// FNV-1a, 64 bit, over each id of each text as four little-endian bytes: equal ids have equal checksums.
    public private(set) var checksum: UInt64 = 0xCBF2_9CE4_8422_2325

    /// Encodes every text `passes` times, one after the other, and once more for the checksum.
    public init(_ tokenizer: Tokenizer, _ texts: [(text: String, addsSpecial: Bool)], passes: Int) throws {
        self.texts = texts.count
        bytes = texts.reduce(0) { $0 + $1.text.utf8.count }
        for _ in 0..<passes {
            try Interruption.check()
            let (start, processorStart) = (Self.now(CLOCK_MONOTONIC), Self.now(CLOCK_PROCESS_CPUTIME_ID))
            tokens = 0
            for (text, addsSpecial) in texts {
                tokens += try tokenizer.encode(text, addSpecialTokens: addsSpecial).count
            }
            self.passes.append(
                Pass(
                    seconds: Self.now(CLOCK_MONOTONIC) - start,
                    processorSeconds: Self.now(CLOCK_PROCESS_CPUTIME_ID) - processorStart))
        }
        for (text, addsSpecial) in texts {
            for id in try tokenizer.encode(text, addSpecialTokens: addsSpecial) {
                for shift in stride(from: 0, to: 32, by: 8) {
                    checksum = (checksum ^ UInt64(UInt32(bitPattern: id) >> UInt32(shift) & 0xFF)) &* 0x100_0000_01B3
                }
            }
        }
    }

    /// One line for each pass, and one for the checksum.
    public var lines: [String] {
        let digits = String(checksum, radix: 16)
        return passes.enumerated().map { number, pass in
            String(
                format: "pass %d: %d texts, %d bytes, %d tokens, %.4f s, %.4f CPU-s, %.3f MB/CPU-s", number + 1, texts,
                bytes, tokens, pass.seconds, pass.processorSeconds,
                Double(bytes) / 1e6 / max(pass.processorSeconds, 1e-9))
        } + ["ids fnv1a64 \(String(repeating: "0", count: 16 - digits.count))\(digits)"]
    }

    private static func now(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
