import Diagnostics
import Foundation
import Scores

/// masks.jsonl, byte for byte as the reference implementation dumps it: one line per concept and ratio with the mask's
/// indices per layer and the margins at its boundary.
enum MaskLines {
    /// Writes the masks of a run. They can be much larger than everything else, so they go to the file in pieces.
    static func write(_ record: RunRecord, to path: String) throws {
        try OutputFile.create(at: path) { temporary in
            guard FileManager.default.createFile(atPath: temporary, contents: nil),
                let file = FileHandle(forWritingAtPath: temporary)
            else {
                throw Failure(.outputUnavailable, file: path, "cannot be created: \(String(cString: strerror(errno)))")
            }
            do {
                for result in record.results.sorted(by: { $0.conceptID < $1.conceptID }) {
                    var lines: [UInt8] = []
                    for ratio in result.ratios {
                        try append(ratio, of: result, to: &lines)
                    }
                    try file.write(contentsOf: lines)
                }
                try file.close()
            } catch let failure as Failure {
                throw failure
            } catch {
                throw OutputFile.failure(error, writing: path)
            }
        }
    }

    private static func append(_ ratio: RatioResult, of result: ConceptResult, to bytes: inout [UInt8]) throws {
        let margins = try ratio.boundaryMargins.map { margin in
            guard margin?.isFinite ?? true else {
                throw Failure(.badData, at: "concept \(result.conceptID)", "a stored margin is not a finite number")
            }
            return margin?.description ?? "null"
        }
        bytes += "{\"concept_id\": \(result.conceptID), \"ratio\": \(ratio.ratio), \"mask\": [".utf8
        for (layer, indices) in ratio.mask.enumerated() {
            bytes += layer > 0 ? ", [".utf8 : "[".utf8
            for (position, index) in indices.enumerated() {
                if position > 0 { bytes += ", ".utf8 }
                bytes += index.description.utf8
            }
            bytes.append(UInt8(ascii: "]"))
        }
        bytes += "], \"margins\": [\(margins.joined(separator: ", "))]}\n".utf8
    }
}
