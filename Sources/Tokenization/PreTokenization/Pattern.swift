import CPCRE2
import Diagnostics

/// A compiled regular expression over UTF-8.
///
/// `@unchecked Sendable`: PCRE2 never changes compiled code after compilation, and each search has match data of its
/// own.
final class Pattern: @unchecked Sendable {
    private let code: OpaquePointer
    /// Whether there is machine code for the pattern. Without it the interpreter does the same, more slowly.
    private let isJITCompiled: Bool

    /// Compiles a pattern in the syntax of tokenizer.json files.
    /// - Throws: `PatternTranslation.Unsupported` if it cannot be compiled.
    init(_ pattern: String) throws(PatternTranslation.Unsupported) {
        let translated = Array(try PatternTranslation.translate(pattern).utf8)
        var error: Int32 = 0
        var offset = 0
        // In Ruby's syntax "^" and "$" match at every line.
        let options = UInt32(PCRE2_UTF) | UInt32(PCRE2_UCP) | UInt32(PCRE2_MULTILINE) | UInt32(PCRE2_NEVER_BACKSLASH_C)
        guard let code = pcre2_compile_8(translated, translated.count, options, &error, &offset, nil) else {
            throw PatternTranslation.Unsupported(
                problem: "the pattern is refused: \(Self.message(error))", offset: offset)
        }
        isJITCompiled = pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE)) == 0
        self.code = code
    }

    deinit { pcre2_code_free_8(code) }

    /// Calls `body` with the range of every match in `text[range]`, from left to right, without overlap.
    ///
    /// The rest of `text` is invisible to the pattern. An empty match directly behind a match does not count.
    /// - Throws: `Failure` 70 if the search exceeds PCRE2's limits.
    func forEachMatch(in text: [UInt8], _ range: Range<Int>, _ body: (Range<Int>) -> Void) throws {
        guard let data = pcre2_match_data_create_from_pattern_8(code, nil) else {
            throw Failure(.internalError, "no memory for a regular expression's match")
        }
        defer { pcre2_match_data_free_8(data) }
        try text.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let subject = base + range.lowerBound
            let count = range.count
            var offset = 0
            var lastEnd = -1
            while offset <= count {
                guard let match = try search(subject, count, offset, data) else { return }
                if match.isEmpty {
                    if match.lowerBound != lastEnd {
                        lastEnd = match.upperBound
                        body(match.lowerBound + range.lowerBound..<match.upperBound + range.lowerBound)
                    }
                    guard match.lowerBound < count else { return }
                    offset = match.lowerBound + UTF8Text.length(lead: subject[match.lowerBound])
                } else {
                    lastEnd = match.upperBound
                    offset = match.upperBound
                    body(match.lowerBound + range.lowerBound..<match.upperBound + range.lowerBound)
                }
            }
        }
    }

    private func search(
        _ subject: UnsafePointer<UInt8>, _ count: Int, _ offset: Int, _ data: OpaquePointer
    ) throws -> Range<Int>? {
        // The text comes from a Swift string: it is valid UTF-8.
        let options = UInt32(PCRE2_NO_UTF_CHECK)
        var status = PCRE2_ERROR_JIT_STACKLIMIT
        if isJITCompiled { status = pcre2_jit_match_8(code, subject, count, offset, options, data, nil) }
        if status == PCRE2_ERROR_JIT_STACKLIMIT {
            status = pcre2_match_8(code, subject, count, offset, options | UInt32(PCRE2_NO_JIT), data, nil)
        }
        if status == PCRE2_ERROR_NOMATCH { return nil }
        guard status >= 0, let vector = pcre2_get_ovector_pointer_8(data), vector[0] <= vector[1] else {
            throw Failure(
                .internalError, "a regular expression of the tokenizer failed: \(Self.message(status))",
                remedy: "shorten the text")
        }
        return vector[0]..<vector[1]
    }

    private static func message(_ code: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let length = pcre2_get_error_message_8(code, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, Int(length))), as: UTF8.self)
    }
}
