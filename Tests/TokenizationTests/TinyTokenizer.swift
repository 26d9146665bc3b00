@testable import Tokenization

/// A tokenizer.json of a few lines, with parts to be exchanged.
struct TinyTokenizer {
    var addedTokens = "[]"
    var normalizer = "null"
    var preTokenizer = "null"
    var postProcessor = "null"
    var decoder = "null"
    var model = bytePair(vocabulary: ["a", "b", "c", "ab", "abc"], merges: [("a", "b"), ("ab", "c")])

    /// A BPE model whose ids are the places of the tokens in `vocabulary`.
    static func bytePair(vocabulary: [String], merges: [(String, String)] = [], _ more: String = "") -> String {
        let tokens = vocabulary.enumerated().map { "\(quote($1)): \($0)" }.joined(separator: ", ")
        let pairs = merges.map { "[\(quote($0)), \(quote($1))]" }.joined(separator: ", ")
        return #"{"type": "BPE", "vocab": {\#(tokens)}, "merges": [\#(pairs)]\#(more)}"#
    }

    /// An added token.
    static func added(
        _ content: String, _ id: Int, singleWord: Bool = false, lstrip: Bool = false, rstrip: Bool = false,
        normalized: Bool = false, special: Bool = false
    ) -> String {
        """
        {"id": \(id), "content": \(quote(content)), "single_word": \(singleWord), "lstrip": \(lstrip), \
        "rstrip": \(rstrip), "normalized": \(normalized), "special": \(special)}
        """
    }

    /// A JSON string.
    static func quote(_ text: String) -> String {
        "\""
            + text.unicodeScalars.map { scalar in
                switch scalar {
                case "\"", "\\": "\\\(scalar)"
                case _ where scalar.value < 0x20:
                    "\\u00\(scalar.value < 16 ? "0" : "")\(String(scalar.value, radix: 16))"
                default: String(scalar)
                }
            }.joined() + "\""
    }

    var json: String {
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": \(addedTokens),
        "normalizer": \(normalizer), "pre_tokenizer": \(preTokenizer), "post_processor": \(postProcessor),
        "decoder": \(decoder), "model": \(model)}
        """
    }

    func make() throws -> Tokenizer { try Tokenizer(json: Array(json.utf8), file: "tokenizer.json") }
}
