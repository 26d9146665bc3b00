import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Transformer

@Suite struct ForwardFileTests {
    private let model = GoldenModel.fixtures[1]

    @Test func `The written file holds the golden coefficients and logits`() throws {
        let facts = try model.facts()
        let golden = try model.tensors()
        try TestData.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("out.safetensors").path
            try model.decoder().writeForward(facts.prompts[facts.fullPrompt].ids, surgery: nil, to: path)
            let file = try SafetensorsFile(path: path)
            #expect(Set(file.tensors.map(\.name)) == ["logits", "coefficients.0", "coefficients.1", "coefficients.2"])
            for tensor in file.tensors {
                let name = tensor.name.replacingOccurrences(of: "coefficients", with: "coef")
                let expected = golden[name == "logits" ? "logits_all" : name]
                #expect(largestDifference(try tensor.floats(), expected) < 5e-4)
                #expect(tensor.shape[0] == facts.prompts[facts.fullPrompt].ids.count)
            }
        }
    }

    @Test func `Masked coefficients are written as zero, in any order of the mask`() throws {
        try TestData.withTemporaryFolder { folder in
            let mask = folder.appendingPathComponent("mask.json").path
            try Data(#"{"layers": [[139, 0, 7, 7], [], [1]], "concept": 3}"#.utf8).write(to: URL(fileURLWithPath: mask))
            let path = folder.appendingPathComponent("out.safetensors").path
            let decoder = try model.decoder()
            let surgery = try Surgery(maskFile: mask, decoder.configuration)
            #expect(surgery == Surgery(zeroing: [[0, 7, 139], [], [1]]))
            try decoder.writeForward([5, 6], surgery: surgery, to: path)
            let tensors = try SafetensorsFile(path: path).tensors
            for tensor in tensors where tensor.name != "logits" {
                let zeros = try tensor.floats().enumerated().filter { $0.element == 0 }.map { $0.offset }
                let expected = ["coefficients.0": [0, 7, 139, 140, 147, 279], "coefficients.2": [1, 141]]
                #expect(zeros == expected[tensor.name, default: []])
            }
        }
    }

    @Test(arguments: [
        ("{}", "layers"), (#"{"layers": 3}"#, "layers"), (#"{"layers": [[], []]}"#, "2 layers"),
        (#"{"layers": [[], 1, []]}"#, "layer 1"), (#"{"layers": [[], [], ["a"]]}"#, "layer 2"),
        (#"{"layers": [[], [], [140]]}"#, "140"), (#"{"layers": [[-1], [], []]}"#, "layer 0"),
        (#"{"layers": [[1.5], [], []]}"#, "layer 0"), (#"{"layers": [[], [], [99999999999]]}"#, "layer 2"),
        ("[", "byte 1"),
    ])
    func `A mask that does not fit is refused`(_ text: String, _ part: String) throws {
        try TestData.withTemporaryFolder { folder in
            let mask = folder.appendingPathComponent("mask.json").path
            try Data(text.utf8).write(to: URL(fileURLWithPath: mask))
            let decoder = try model.decoder()
            let failure = #expect(throws: Failure.self) { try Surgery(maskFile: mask, decoder.configuration) }
            #expect(failure?.kind == .badData)
            #expect(failure?.description.contains(part) == true, "\(failure?.description ?? "")")
            #expect(failure?.file == mask)
        }
    }

    @Test func `Nothing is left behind when a sequence is refused`() throws {
        try TestData.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("out.safetensors").path
            #expect(throws: Failure.self) { try model.decoder().writeForward([1, 9999], surgery: nil, to: path) }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(left.isEmpty)
        }
    }

    @Test func `A description names what matters, aligned`() throws {
        let text = try ModelDescription(folder: GoldenModel.fixtures[2].folder.path, threads: 2).text
        for line in [
            "architecture    llama, attention then MLP\n", "parameters      127,176 stored as float16\n",
            "attention       4 heads of 14, 1 for keys and values\n",
            "positions       rotary, base 5000, llama3 scaling by 32 from 96 tokens\n",
            "coefficients    148 in each layer (d_ff), 444 in all\n", "vocabulary      512, head tied\n",
        ] {
            #expect(text.contains(line), "\(text)")
        }
    }
}
