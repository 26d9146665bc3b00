import Diagnostics
import Foundation
import LinearAlgebra
import TestSupport
import Testing
import Tokenization

@testable import Transformer

@Suite struct DecoderTests {
    /// Sequences of many lengths, some of them longer than one tile of attention.
    static func sequences(_ decoder: Decoder, lengths: [Int]) -> [[TokenID]] {
        var state: UInt64 = 99
        return lengths.map { length in
            (0..<length).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return TokenID(Int(state >> 33) % decoder.configuration.vocabularySize)
            }
        }
    }

    /// A mask of every coefficient whose number leaves `remainder` when divided by five.
    static func mask(_ decoder: Decoder, remainder: Int) -> Surgery {
        Surgery(
            zeroing: decoder.configuration.coefficientCounts.map { count in
                (0..<count).filter { $0 % 5 == remainder }.map { Int32($0) }
            })
    }

    @Test(arguments: GoldenModel.fixtures)
    func `An empty mask is no mask, bit for bit`(_ model: GoldenModel) throws {
        let decoder = try model.decoder()
        let empty = Surgery(zeroing: decoder.configuration.coefficientCounts.map { _ in [] })
        let tokens = Self.sequences(decoder, lengths: [33])[0]
        let plain = try decoder.forward([SequenceInput(tokens: tokens, logits: .all)], tap: nil)
        let masked = try decoder.forward([SequenceInput(tokens: tokens, surgery: empty, logits: .all)], tap: nil)
        #expect(plain == masked)
    }

    @Test(arguments: GoldenModel.fixtures, Arithmetic.allCases)
    func `A packed sequence is what it is alone, bit for bit, whatever its neighbours' masks`(
        _ model: GoldenModel, _ arithmetic: Arithmetic
    ) throws {
        let decoder = try model.decoder(arithmetic: arithmetic)
        let tokens = Self.sequences(decoder, lengths: [3, 90, 1, 17, 130, 64, 65, 200, 2, 31])
        let inputs = tokens.enumerated().map { index, tokens in
            SequenceInput(
                tokens: tokens, surgery: index % 3 == 0 ? nil : Self.mask(decoder, remainder: index % 5),
                logits: index % 2 == 0 ? .all : .last)
        }
        let together = RecordedCoefficients()
        let packed = try decoder.forward(inputs, tap: together.tap)
        for (index, input) in inputs.enumerated() {
            let alone = RecordedCoefficients()
            let single = try decoder.forward([input], tap: alone.tap)
            #expect(single[0].logits == packed[index].logits, "sequence \(index)")
            for layer in 0..<decoder.configuration.layerCount {
                #expect(alone[layer, 0] == together[layer, index], "sequence \(index), layer \(layer)")
            }
        }
        let withoutTap = try decoder.forward(inputs, tap: nil)
        #expect(withoutTap == packed)
    }

    @Test(arguments: GoldenModel.fixtures, Arithmetic.allCases)
    func `A stream's new tokens are the same beside others and alone, with any number of threads`(
        _ model: GoldenModel, _ arithmetic: Arithmetic
    ) throws {
        let decoder = try model.decoder(threads: 2, arithmetic: arithmetic)
        let prompts = Self.sequences(decoder, lengths: [3, 40, 1, 17, 80, 5, 9])
        func generate(_ decoder: Decoder, _ prompts: [[TokenID]]) throws -> [[TokenID]] {
            try decoder.generate(
                prompts, maximumNewTokens: 20, surgery: Self.mask(decoder, remainder: 3), ignoringEndOfSequence: true,
                shouldStop: nil)
        }
        let together = try generate(decoder, prompts)
        for (index, prompt) in prompts.enumerated() {
            let alone = try generate(model.decoder(threads: 1 + index % 3, arithmetic: arithmetic), [prompt])
            #expect(alone == [together[index]])
        }
        #expect(Set(together).count > 1)
    }

    @Test(arguments: GoldenModel.fixtures, Arithmetic.allCases)
    func `Any number of threads gives the same bytes`(_ model: GoldenModel, _ arithmetic: Arithmetic) throws {
        let one = try model.decoder(threads: 1, arithmetic: arithmetic)
        let lengths = [5, 300, 61, 60, 59, 1, 120, 250, 40, 90, 310, 77]
        let inputs = Self.sequences(one, lengths: lengths).map {
            SequenceInput(tokens: $0, surgery: Self.mask(one, remainder: 2), logits: .last)
        }
        let expected = try one.forward(inputs, tap: nil)
        for threads in [2, 5] {
            let many = try model.decoder(threads: threads, arithmetic: arithmetic)
            #expect(try many.forward(inputs, tap: nil) == expected)
            let single = try many.forward([inputs[1]], tap: nil)
            #expect(try one.forward([inputs[1]], tap: nil) == single)
        }
    }

    @Test(arguments: GoldenModel.fixtures, Arithmetic.allCases)
    func `Leaving zeroed units out changes nothing but rounding, whatever is beside a sequence`(
        _ model: GoldenModel, _ arithmetic: Arithmetic
    ) throws {
        let decoder = try model.decoder(threads: 2, arithmetic: arithmetic)
        let counts = decoder.configuration.coefficientCounts
        // From one unit of each layer to all of them.
        let masks = [100, 16, 3, 2, 1].map { step in
            counts.map { count in (0..<Int32(count)).filter { ($0 * 7 + 3) % Int32(step) == 0 } }
        }
        let tokens = Self.sequences(decoder, lengths: [3, 90, 1, 17, 130, 64, 65, 200, 2, 31])
        func inputs(leavingOut: Bool) -> [SequenceInput] {
            tokens.enumerated().map { index, tokens in
                SequenceInput(
                    tokens: tokens, surgery: Surgery(zeroing: masks[index / 2], leavingOut: leavingOut),
                    logits: index % 2 == 0 ? .all : .last)
            }
        }
        let whole = try decoder.forward(inputs(leavingOut: false), tap: nil)
        let packed = try decoder.forward(inputs(leavingOut: true), tap: nil)
        for index in tokens.indices {
            // Rounding coefficients to bfloat16 turns the last bit of a sum into more.
            let tolerance: Float = arithmetic == .float32 ? 1e-4 : 0.1
            #expect(largestDifference(whole[index].logits, packed[index].logits) < tolerance)
        }
        for threads in [1, 3] {
            let other = try model.decoder(threads: threads, arithmetic: arithmetic)
            #expect(try other.forward(inputs(leavingOut: true), tap: nil) == packed)
            for (index, input) in inputs(leavingOut: true).enumerated() {
                #expect(try other.forward([input], tap: nil)[0] == packed[index], "sequence \(index)")
            }
        }
    }

    @Test func `Units that are left out are not read`() throws {
        let model = GoldenModel.fixtures[1]
        try model.withCopy { folder in
            // The value vector of one unit becomes no numbers.
            let tensor = try #require(
                Checkpoint(folder: folder.path).files.flatMap(\.tensors)
                    .first { $0.name == "model.layers.1.mlp.down_proj.weight" })
            let (hidden, count) = (tensor.shape[0], tensor.shape[1])
            let size = tensor.bytes.count / tensor.count
            let file = URL(fileURLWithPath: tensor.file.path)
            var data = try Data(contentsOf: file)
            for row in 0..<hidden {
                let place = tensor.range.lowerBound + (row * count + count - 5) * size
                data.replaceSubrange(place..<place + size, with: Data(repeating: 0xFF, count: size))
            }
            try data.write(to: file)
            let decoder = try Decoder(folder: folder.path, threads: 1)
            let masks = decoder.configuration.coefficientCounts.map { Array(Int32($0 / 2)..<Int32($0)) }
            func logits(leavingOut: Bool) throws -> [SequenceOutput] {
                let surgery = Surgery(zeroing: masks, leavingOut: leavingOut)
                return try decoder.forward(
                    [SequenceInput(tokens: [1, 2, 3], surgery: surgery, logits: .last)], tap: nil)
            }
            #expect(throws: Failure.self) { try logits(leavingOut: false) }
            #expect(try logits(leavingOut: true)[0].logits.allSatisfy(\.isFinite))
        }
    }

    @Test func `The units that are computed are the others, filled up with the first zeroed ones`() throws {
        let zeroed = Set<Int32>([0, 3, 4, 5, 7, 90] + Array(20..<60))
        let surgery = LayerSurgery(indices: zeroed.sorted())
        let units = try #require(surgery.computedUnits(of: 100))
        // 54 others and 10 of those.
        #expect(units.indices.count == 64)
        #expect(units.indices == units.indices.sorted())
        #expect(units.zeroed.map { units.indices[$0] } == [0, 3, 4, 5, 7, 20, 21, 22, 23, 24])
        #expect(Set(units.indices).isSuperset(of: Set(0..<100).subtracting(zeroed)))
        #expect(LayerSurgery(indices: [1, 2, 3]).computedUnits(of: 100) == nil, "not worth it")
        #expect(
            LayerSurgery(indices: Array(0..<50), values: [Float](repeating: 0, count: 50)).computedUnits(of: 100) == nil
        )
        #expect(LayerSurgery(indices: Array(0..<100)).computedUnits(of: 100)?.zeroed == Array(0..<32))
        #expect(LayerSurgery(indices: Array(0..<9)).computedUnits(of: 10)?.indices == Array(0..<10))
    }

    @Test
    func `The tap sees every layer of every sequence once, before surgery, in an order that threads do not change`()
        throws
    {
        let model = GoldenModel.fixtures[1]
        var orders: [[RecordedCoefficients.Key]] = []
        for threads in [1, 4] {
            let decoder = try model.decoder(threads: threads)
            let tokens = Self.sequences(decoder, lengths: [300, 100, 20, 4])
            let recorded = RecordedCoefficients()
            _ = try decoder.forward(
                tokens.map { SequenceInput(tokens: $0, surgery: Self.mask(decoder, remainder: 0), logits: .none) },
                tap: recorded.tap)
            #expect(recorded.order.count == 4 * decoder.configuration.layerCount)
            #expect(recorded.values.count == recorded.order.count)
            let first = try #require(recorded[0, 2])
            #expect(first.count == 20 * decoder.configuration.coefficientCounts[0])
            #expect(first[0] != 0)
            orders.append(recorded.order)
        }
        #expect(orders[0] == orders[1])
    }

    @Test(arguments: GoldenModel.fixtures)
    func `Summaries are made of what a tap sees, on any number of threads`(_ model: GoldenModel) throws {
        for threads in [1, 2, 3] {
            let decoder = try model.decoder(threads: threads)
            let inputs = Self.sequences(decoder, lengths: [300, 100, 310, 4, 61, 200, 150, 90]).enumerated().map {
                SequenceInput(
                    tokens: $1, surgery: $0 == 1 ? Self.mask(decoder, remainder: 0) : nil, logits: .last,
                    of: [7, 0, TokenID($0)])
            }
            let recorded = RecordedCoefficients()
            let expected = try decoder.forward(inputs, tap: recorded.tap)
            let (outputs, summaries) = try decoder.summarise(inputs) { layer, sequence, coefficients in
                coefficients.withUnsafeBufferPointer { Array($0) }
            }
            #expect(outputs == expected)
            #expect(summaries.count == inputs.count)
            for (sequence, layers) in summaries.enumerated() {
                #expect(layers.count == decoder.configuration.layerCount)
                for (layer, values) in layers.enumerated() { #expect(values == recorded[layer, sequence]) }
            }
            let whole = try decoder.forward(
                inputs.map { SequenceInput(tokens: $0.tokens, surgery: $0.surgery, logits: .last) }, tap: nil)
            for (index, output) in outputs.enumerated() {
                #expect(output.logits == [7, 0, index].map { whole[index].logits[$0] })
            }
        }
    }

    @Test func `Coefficients can be set to values`() throws {
        let decoder = try GoldenModel.fixtures[1].decoder()
        let tokens = Self.sequences(decoder, lengths: [12])[0]
        let zeros = Self.mask(decoder, remainder: 1)
        var valued = zeros
        for layer in valued.layers.indices {
            valued.layers[layer].values = [Float](repeating: 0, count: valued.layers[layer].indices.count)
        }
        func logits(_ surgery: Surgery) throws -> [SequenceOutput] {
            try decoder.forward([SequenceInput(tokens: tokens, surgery: surgery, logits: .all)], tap: nil)
        }
        #expect(try logits(valued) == logits(zeros))
        valued.layers[1].values?[0] = 3
        #expect(try logits(valued) != logits(zeros))
    }

    @Test(arguments: GoldenModel.fixtures)
    func `Generation with a cache is recomputation`(_ model: GoldenModel) throws {
        let decoder = try model.decoder(threads: 2)
        let prompts = Self.sequences(decoder, lengths: [40, 1, 9, 100])
        let surgery = Self.mask(decoder, remainder: 3)
        let generated = try decoder.generate(
            prompts, maximumNewTokens: 6, surgery: surgery, ignoringEndOfSequence: true, shouldStop: nil)
        for (prompt, generated) in zip(prompts, generated) {
            var tokens = prompt
            for token in generated {
                let logits = try decoder.forward(
                    [SequenceInput(tokens: tokens, surgery: surgery, logits: .last)], tap: nil)[0]
                    .logits
                let best = logits.max() ?? 0
                // A tie within rounding may go either way.
                #expect(logits[Int(token)] > best - 1e-4)
                tokens.append(token)
            }
            #expect(generated.count == 6)
        }
    }

    @Test func `Generation stops before the end of sequence, when told to, and where the context ends`() throws {
        let model = GoldenModel.fixtures[1]
        let decoder = try model.decoder()
        let facts = try model.facts()
        let prompts = facts.prompts.map(\.ids)
        func generate(stop: ((Int, [TokenID]) -> Bool)? = nil) throws -> [[TokenID]] {
            try decoder.generate(
                prompts, maximumNewTokens: 12, surgery: nil, ignoringEndOfSequence: false, shouldStop: stop)
        }
        for (prompt, tokens) in zip(facts.prompts, try generate()) {
            #expect(tokens == Array(prompt.greedyIds.prefix { !decoder.endOfSequence.contains($0) }))
        }
        let stopped = try generate { sequence, tokens in tokens.count == sequence + 2 }
        for (index, tokens) in stopped.enumerated() {
            #expect(tokens.count <= index + 2)
            #expect(tokens == Array(facts.prompts[index].greedyIds.prefix(tokens.count)))
        }
        #expect(
            try decoder.generate(
                prompts, maximumNewTokens: 0, surgery: nil, ignoringEndOfSequence: false, shouldStop: nil
            ).allSatisfy(\.isEmpty))
        let context = decoder.configuration.contextLength
        let long = Self.sequences(decoder, lengths: [context - 2])
        let filled = try decoder.generate(
            long, maximumNewTokens: 50, surgery: nil, ignoringEndOfSequence: true, shouldStop: nil)
        #expect(filled[0].count == 3, "two tokens fill the context, the third one follows from it")
    }

    @Test func `The end of sequence comes from generation_config, a number or a list, else from config`() throws {
        try GoldenModel.fixtures[1].withCopy { folder in
            let generation = folder.appendingPathComponent("generation_config.json")
            for (text, expected) in [
                (#"{"eos_token_id": 7}"#, [7]), (#"{"eos_token_id": [5, 9]}"#, [5, 9]),
                (#"{"eos_token_id": null}"#, [2]), ("{}", [2]),
            ] {
                try Data(text.utf8).write(to: generation)
                #expect(try Decoder(folder: folder.path, threads: 1).endOfSequence == Set(expected.map { TokenID($0) }))
            }
            try FileManager.default.removeItem(at: generation)
            #expect(try Decoder(folder: folder.path, threads: 1).endOfSequence == [2])
        }
    }

    @Test func `Unsuitable sequences and masks are refused and named`() throws {
        let decoder = try GoldenModel.fixtures[1].decoder()
        let context = decoder.configuration.contextLength
        func problem(_ tokens: [TokenID], _ surgery: Surgery? = nil) -> Failure? {
            #expect(throws: Failure.self) {
                try decoder.forward(
                    [
                        SequenceInput(tokens: [1], logits: .last),
                        SequenceInput(tokens: tokens, surgery: surgery, logits: .last),
                    ],
                    tap: nil)
            }
        }
        #expect(problem([])?.description.contains("sequence 1: has no tokens") == true)
        #expect(problem([1, 600])?.description.contains("token 600") == true)
        #expect(problem([-1])?.description.contains("token -1") == true)
        let long = problem([TokenID](repeating: 1, count: context + 1))
        #expect(long?.kind == .badData)
        #expect(long?.description.contains("\(context + 1) tokens") == true)
        #expect(problem([1], Surgery(zeroing: [[], []]))?.description.contains("2 layers") == true)
        #expect(problem([1], Surgery(zeroing: [[], [3, 3], []]))?.description.contains("layer 1") == true)
        #expect(problem([1], Surgery(zeroing: [[], [], [140]]))?.description.contains("no coefficient 140") == true)
        #expect(problem([1], Surgery(zeroing: [[-1], [], []]))?.description.contains("layer 0") == true)
        let short = Surgery(layers: (0..<3).map { _ in LayerSurgery(indices: [1, 2], values: [0]) })
        #expect(problem([1], short)?.description.contains("values") == true)
        let infinite = Surgery(layers: (0..<3).map { _ in LayerSurgery(indices: [1], values: [.infinity]) })
        #expect(problem([1], infinite)?.description.contains("not finite") == true)
        #expect(throws: Failure.self) { try GoldenModel.fixtures[1].decoder(threads: 0) }
    }

    @Test func `No sequences give no outputs`() throws {
        let decoder = try GoldenModel.fixtures[0].decoder()
        #expect(try decoder.forward([], tap: nil).isEmpty)
        #expect(
            try decoder.generate([], maximumNewTokens: 3, surgery: nil, ignoringEndOfSequence: false, shouldStop: nil)
                .isEmpty)
    }
}
