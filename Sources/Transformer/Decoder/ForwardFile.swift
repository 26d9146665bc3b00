import Diagnostics
import Foundation
import Tokenization

extension Decoder {
    /// SHA-256 of the checkpoint; see `Checkpoint.contentHash`.
    public func contentHash() throws -> String { try checkpoint.contentHash() }

    /// Runs one sequence and writes what comes out as safetensors (contract, section 2.6): `coefficients.{layer}`
    /// [tokens, d_ff] and `logits` [tokens, vocabulary], all float32. The file appears whole or not at all.
    ///
    /// Coefficients are those that enter the value matrix: 0 where the surgery sets them to 0.
    /// - Throws: as `forward`; `Failure` 73 or 74 when the file cannot be written.
    public func writeForward(_ tokens: [TokenID], surgery: Surgery?, to path: String) throws {
        // Refused before a file of their size is begun.
        try check(tokens, 0)
        try surgery?.check(configuration)
        let counts = configuration.coefficientCounts
        var tensors: [(name: String, shape: [Int])] = []
        for (layer, count) in counts.enumerated() {
            tensors.append(("coefficients.\(layer)", [tokens.count, count]))
        }
        tensors.append(("logits", [tokens.count, configuration.vocabularySize]))
        try OutputFile.create(at: path) { temporary in
            let writer = try SafetensorsWriter(path: temporary, tensors: tensors)
            var problem: (any Error)?
            let input = SequenceInput(tokens: tokens, surgery: surgery, logits: .all)
            let outputs = try forward([input]) { layer, _, coefficients in
                guard problem == nil else { return }
                var values = coefficients.withUnsafeBufferPointer { Array($0) }
                if let surgery { surgery.layers[layer].apply(toRows: &values, of: counts[layer]) }
                do { try writer.append(values) } catch { problem = error }
            }
            if let problem { throw problem }
            for output in outputs { try writer.append(output.logits) }
            try writer.finish()
        }
    }
}

extension LayerSurgery {
    /// Overwrites the coefficients of several positions, row after row.
    fileprivate func apply(toRows values: inout [Float], of count: Int) {
        values.withUnsafeMutableBufferPointer { values in
            for start in stride(from: 0, to: values.count, by: count) {
                apply(to: UnsafeMutableBufferPointer(rebasing: values[start..<start + count]))
            }
        }
    }
}

extension Surgery {
    /// Reads a mask file, `{"layers": [[coefficient indices], ...]}`: coefficients to set to zero, in any order.
    ///
    /// - Throws: `Failure` 66 when the file cannot be opened, 65 when it is not of this form or does not fit the model.
    public init(maskFile path: String, _ configuration: DecoderConfiguration) throws {
        let file = try MappedFile(path: path)
        guard case .object(let members) = try file.json(),
            case .list(let layers)? = members.first(where: { $0.name == "layers" })?.value
        else {
            throw Failure(
                .badData, file: path, "has no list “layers”", remedy: #"write {"layers": [[coefficient indices], ...]}"#
            )
        }
        var indices: [[Int32]] = []
        for (number, layer) in layers.enumerated() {
            guard case .list(let values) = layer else {
                throw Failure(.badData, file: path, at: "layer \(number)", "is not a list of coefficient indices")
            }
            var found: Set<Int32> = []
            for value in values {
                guard let index = value.integer.flatMap({ Int32(exactly: $0) }) else {
                    throw Failure(
                        .badData, file: path, at: "layer \(number)", "holds something other than coefficient indices")
                }
                found.insert(index)
            }
            indices.append(found.sorted())
        }
        self.init(zeroing: indices)
        do {
            try check(configuration)
        } catch var failure as Failure {
            failure.file = path
            throw failure
        }
    }
}
