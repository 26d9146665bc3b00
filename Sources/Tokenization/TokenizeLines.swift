import Diagnostics
import Foundation

/// The work of the command `tokenize` (contract, section 2.5): JSON lines in, JSON lines out.
///
/// A line `{"text": …, "add_special_tokens": …}` is encoded (with special tokens unless it says otherwise), a line
/// `{"ids": […]}` only decoded; either becomes `{"ids": […], "decoded": …}`, special tokens kept. Empty lines are
/// passed over.
public struct TokenizeLines: Sendable {
    private let tokenizer: Tokenizer

    /// - Parameter tokenizer: what to encode and decode with.
    public init(_ tokenizer: Tokenizer) {
        self.tokenizer = tokenizer
    }

    /// Reads the lines of `input` and writes one line for each to `output`; "-" stands for standard input and output.
    ///
    /// - Parameter progress: told the number of bytes read.
    /// - Throws: `Failure` 66 if the input cannot be read, 65 with the line's number if a line is damaged, 73 or 74 if
    ///   the output cannot be written, 130 after an interruption. A file appears whole or not at all.
    public func run(input: String, output: String, progress: (Double) -> Void = { _ in }) throws {
        let data = try read(input)
        if output == "-" {
            try write(data, input, to: .standardOutput, name: "standard output", progress)
            return
        }
        try OutputFile.create(at: output) { temporary in
            guard FileManager.default.createFile(atPath: temporary, contents: nil),
                let handle = FileHandle(forWritingAtPath: temporary)
            else { throw Failure(.outputUnavailable, file: output, "cannot be created") }
            defer { try? handle.close() }
            try write(data, input, to: handle, name: output, progress)
        }
    }

    /// Measures how fast the texts of `input` are encoded, see `EncodingSpeed`. Lines without a text are passed over.
    ///
    /// - Throws: `Failure` 66 if the input cannot be read, 65 with the line's number if a line is damaged, 130 after an
    ///   interruption.
    public func speed(input: String, passes: Int) throws -> EncodingSpeed {
        var texts: [(text: String, addsSpecial: Bool)] = []
        try forEachLine(of: read(input)) { line, number, _ in
            try naming(number, of: input) {
                let element = try JSONDocument(line, file: input).root
                guard let text = try element.member("text") else { return }
                let addsSpecial = try element.member("add_special_tokens")?.boolean() ?? true
                texts.append((try text.string(), addsSpecial))
            }
        }
        return try EncodingSpeed(tokenizer, texts, passes: passes)
    }

    /// The output line for one input line, without the newline.
    ///
    /// - Parameters:
    ///   - file: the input's name for messages.
    ///   - number: the line's number for messages, from 1.
    public func line(for line: [UInt8], file: String, number: Int) throws -> [UInt8] {
        try naming(number, of: file) {
            let element = try JSONDocument(line, file: file).root
            let ids: [TokenID]
            if let text = try element.member("text") {
                let addsSpecial = try element.member("add_special_tokens")?.boolean() ?? true
                ids = try tokenizer.encode(text.string(), addSpecialTokens: addsSpecial)
            } else {
                ids = try element.required("ids").elements().map {
                    TokenID(try $0.integer(in: 0...Int(TokenID.max)))
                }
            }
            var result = Array("{\"ids\": [\(ids.map(String.init).joined(separator: ", "))], \"decoded\": ".utf8)
            Self.appendJSON(tokenizer.decode(ids, skipSpecialTokens: false), to: &result)
            result.append(UInt8(ascii: "}"))
            return result
        }
    }

    /// Puts the number of the line in front of the place of a failure about the input.
    private func naming<Result>(_ number: Int, of file: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch var failure as Failure {
            guard failure.file == file else { throw failure }
            failure.place = ["line \(number)", failure.place].compactMap { $0 }.joined(separator: ", ")
            throw failure
        }
    }

    private func read(_ input: String) throws -> Data {
        do {
            if input == "-" { return try FileHandle.standardInput.readToEnd() ?? Data() }
            return try Data(contentsOf: URL(fileURLWithPath: input), options: .mappedIfSafe)
        } catch {
            throw Failure(.inputUnavailable, file: input, "cannot be read: \(error.localizedDescription)")
        }
    }

    private func write(
        _ data: Data, _ input: String, to handle: FileHandle, name: String, _ progress: (Double) -> Void
    ) throws {
        var buffer: [UInt8] = []
        func flush() throws {
            do {
                try handle.write(contentsOf: buffer)
            } catch {
                throw Failure(.inputOutput, file: name, "cannot be written: \(error.localizedDescription)")
            }
            buffer.removeAll(keepingCapacity: true)
        }
        try forEachLine(of: data) { text, number, read in
            buffer += try line(for: text, file: input, number: number)
            buffer.append(0x0A)
            if buffer.count > 1 << 16 { try flush() }
            progress(Double(read))
        }
        progress(Double(data.count))
        try flush()
    }

    /// Calls `body` with every line that is not empty, its number from 1, and the number of bytes up to its end.
    private func forEachLine(
        of data: Data, _ body: (_ line: [UInt8], _ number: Int, _ read: Int) throws -> Void
    ) throws {
        var number = 0
        var rest = data[...]
        while !rest.isEmpty {
            try Interruption.check()
            let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
            number += 1
            let line = [UInt8](rest[..<end])
            rest = end < rest.endIndex ? rest[(end + 1)...] : data[data.endIndex...]
            if !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) {
                try body(line, number, data.count - rest.count)
            }
        }
    }

    /// Appends `text` as a JSON string. Controls and the line separators beyond ASCII are escaped, so that a line is a
    /// line to every reader.
    private static func appendJSON(_ text: String, to result: inout [UInt8]) {
        result.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22, 0x5C:
                result.append(UInt8(ascii: "\\"))
                result.append(UInt8(scalar.value))
            case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029:
                let digits = String(scalar.value, radix: 16)
                result += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
            default:
                UTF8Text.append(scalar.value, to: &result)
            }
        }
        result.append(UInt8(ascii: "\""))
    }
}
