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
    /// The fewest characters that a match has: a lower bound.
    let minimumLength: Int
    /// Finds the same matches faster, if the pattern is one of the well-known ones.
    let scanner: WordScanner?
    /// The limits for texts of up to `shortText` bytes.
    private let limits: MatchLimits

    private static let shortText = 4096

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
        var length: UInt32 = 0
        let isKnown = pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_MINLENGTH), &length) == 0
        minimumLength = isKnown ? Int(length) : 0
        limits = MatchLimits(textLength: Self.shortText)
        scanner = WordScanner(pattern)
        self.code = code
    }

    deinit { pcre2_code_free_8(code) }

    /// Calls `body` with the range of every match in `text[range]`, from left to right, without overlap.
    ///
    /// The rest of `text` is invisible to the pattern. An empty match directly behind a match does not count.
    /// - Throws: `Failure` 65 if the search exceeds the limits.
    @inline(__always)
    func forEachMatch(in text: [UInt8], _ range: Range<Int>, _ body: (Range<Int>) -> Void) throws {
        if let scanner, scanner.canScan(text, range) {
            scanner.forEachMatch(in: text, range, body)
        } else {
            try search(in: text, range, body)
        }
    }

    /// Finds the matches by PCRE2.
    func search(in text: [UInt8], _ range: Range<Int>, _ body: (Range<Int>) -> Void) throws {
        guard let data = pcre2_match_data_create_from_pattern_8(code, nil) else {
            throw Failure(.internalError, "no memory for a regular expression's match")
        }
        defer { pcre2_match_data_free_8(data) }
        let limits = range.count <= Self.shortText ? limits : MatchLimits(textLength: range.count)
        try text.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let subject = base + range.lowerBound
            let count = range.count
            var offset = 0
            var lastEnd = -1
            while offset <= count {
                guard let match = try search(subject, count, offset, data, limits) else { return }
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
        _ subject: UnsafePointer<UInt8>, _ count: Int, _ offset: Int, _ data: OpaquePointer, _ limits: MatchLimits
    ) throws -> Range<Int>? {
        // The text comes from a Swift string: it is valid UTF-8.
        let options = UInt32(PCRE2_NO_UTF_CHECK)
        var status = PCRE2_ERROR_JIT_STACKLIMIT
        if isJITCompiled { status = pcre2_jit_match_8(code, subject, count, offset, options, data, limits.context) }
        if status == PCRE2_ERROR_JIT_STACKLIMIT {
            status = pcre2_match_8(
                code, subject, count, offset, options | UInt32(PCRE2_NO_JIT), data, limits.context)
        }
        if status == PCRE2_ERROR_NOMATCH { return nil }
        // By "\K" a match may start before the place that the search starts from, or behind its own end.
        guard status >= 0, let vector = pcre2_get_ovector_pointer_8(data), vector[0] >= offset, vector[0] <= vector[1]
        else {
            let reason = status < 0 ? Self.message(status) : "a match is moved by \\K"
            throw Failure(
                .badData, "a regular expression of the tokenizer cannot be used on this text: \(reason)",
                remedy: "shorten the text, or check where the tokenizer comes from")
        }
        return vector[0]..<vector[1]
    }

    private static func message(_ code: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let length = pcre2_get_error_message_8(code, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, Int(length))), as: UTF8.self)
    }
}

/// What one search may cost.
///
/// PCRE2's own limits let an expression such as `(a|a)*b` work for seconds at every place of a text, and take 20 GB. The
/// expressions of real tokenisers backtrack no further than the text is long.
private final class MatchLimits: @unchecked Sendable {
    // @unchecked: never changed after `init`.

    /// nil when there was no memory, which means PCRE2's own limits.
    let context: OpaquePointer?

    init(textLength: Int) {
        context = pcre2_match_context_create_8(nil)
        guard context != nil else { return }
        pcre2_set_match_limit_8(context, UInt32(clamping: 100_000 + 16 * textLength))
        // In KiB; only the interpreter takes any.
        pcre2_set_heap_limit_8(context, 1 << 18)
    }

    deinit { pcre2_match_context_free_8(context) }
}
