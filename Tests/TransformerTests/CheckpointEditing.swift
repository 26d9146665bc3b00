import Diagnostics
import Foundation
import TestSupport

@testable import Transformer

extension GoldenModel {
    /// Calls `body` with a writable copy of the checkpoint.
    func withCopy(_ body: (URL) throws -> Void) throws {
        try TestData.withTemporaryFolder { parent in
            let copy = parent.appendingPathComponent("model")
            try FileManager.default.copyItem(at: folder, to: copy)
            try body(copy)
        }
    }

    /// Edits a copy and returns the failure of reading it.
    func failure(editing edit: (URL) throws -> Void) throws -> Failure? {
        var result: Failure?
        try withCopy { copy in
            try edit(copy)
            do {
                _ = try Decoder(folder: copy.path, threads: 1)
            } catch let failure as Failure {
                result = failure
            }
        }
        return result
    }
}

/// A safetensors file taken apart, to be put together wrongly.
struct EditableSafetensors {
    let url: URL
    var header: String
    var values: Data

    init(_ url: URL) throws {
        self.url = url
        let all = try Data(contentsOf: url)
        let length = all.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        header = String(decoding: all[8..<8 + length], as: UTF8.self)
        values = Data(all[(8 + length)...])
    }

    /// Replaces text of the header.
    mutating func replace(_ old: String, _ new: String) {
        header = header.replacingOccurrences(of: old, with: new)
    }

    /// Writes the parts; `headerLength` is what the file claims.
    func write(headerLength: UInt64? = nil) throws {
        var data = withUnsafeBytes(of: (headerLength ?? UInt64(header.utf8.count)).littleEndian) { Data($0) }
        data.append(Data(header.utf8))
        data.append(values)
        try data.write(to: url)
    }
}

extension URL {
    /// Replaces text in a text file.
    func edit(_ old: String, _ new: String) throws {
        let text = try String(contentsOf: self, encoding: .utf8)
        precondition(text.contains(old), "the text to replace is not there")
        try Data(text.replacingOccurrences(of: old, with: new).utf8).write(to: self)
    }
}
