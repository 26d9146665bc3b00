import Diagnostics
import Mustache

/// A question's wording: a Mustache template whose values are put in as they are (questions are not HTML).
public struct Wording: Sendable {
    /// The names a wording may use. `qualifier` is what the article calls the property ("Mayor" for `leader_name`), `kind` the
    /// same with a small first letter, `year` the year that a value which ages belongs to.
    public static let variables: Set<String> = [
        "concept", "sentence", "parameter", "qualifier", "kind", "noun", "year",
    ]

    /// The template as written.
    public let source: String
    /// The names it uses.
    public let names: Set<String>
    private let form: Form

    private enum Form: Sendable {
        /// Texts and names in turn, where the tags are plain names, as in nearly all: these need no Mustache.
        case parts([Part])
        case template(MustacheTemplate)
    }

    private enum Part: Sendable {
        case text(String)
        case value(of: String)
    }

    /// Compiles a wording.
    ///
    /// - Throws: `Failure` 65 when it is not Mustache, uses a name that is not in `variables`, or does not name its subject.
    public init(_ source: String) throws {
        self.source = source
        if let parts = Self.parts(of: source) {
            form = .parts(parts)
        } else {
            do {
                // Questions are plain text: without this, & and quotes would turn into HTML entities.
                form = .template(try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}" + source))
            } catch {
                throw Failure(.badData, "the wording “\(source)” is not Mustache: \(error)")
            }
        }
        let tags = Self.tags(in: source)
        names = Set(tags.compactMap { $0 })
        if let unknown = names.subtracting(Self.variables).sorted().first {
            throw Failure(
                .badData, "the wording “\(source)” uses {{\(unknown)}}",
                remedy: "names are \(Self.variables.sorted().joined(separator: ", "))")
        }
        guard !tags.contains(nil) else {
            throw Failure(
                .badData, "the wording “\(source)” has a tag that is no name",
                remedy: "names are \(Self.variables.sorted().joined(separator: ", "))")
        }
        guard names.contains("concept") || names.contains("sentence") else {
            throw Failure(.badData, "the wording “\(source)” does not name its subject", remedy: "use {{concept}}")
        }
    }

    /// The question.
    public func render(_ values: [String: String]) -> String {
        switch form {
        case .template(let template): template.render(values)
        case .parts(let parts):
            parts.reduce(into: "") { question, part in
                switch part {
                case .text(let text): question += text
                case .value(let name): question += values[name] ?? ""
                }
            }
        }
    }

    /// The parts of a source on one line whose tags are all of the form `{{name}}`; nil for others.
    private static func parts(of source: String) -> [Part]? {
        let bytes = Array(source.utf8)
        // A mark behind a bracket is one character with it, and Mustache is given a tag before the source, too.
        func mayBeMark(_ position: Int) -> Bool { position < bytes.count && bytes[position] >= 0x80 }
        guard !bytes.contains(where: { $0 < 0x20 }), !mayBeMark(0) else { return nil }
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        var parts: [Part] = []
        var position = 0
        while let open = pair(UInt8(ascii: "{"), in: bytes[position...]) {
            guard let close = pair(UInt8(ascii: "}"), in: bytes[(open + 2)...]),
                variables.contains(text(open + 2..<close)), bytes[close...].prefix(3) != [0x7D, 0x7D, 0x7D],
                !mayBeMark(close + 2)
            else { return nil }
            parts += [.text(text(position..<open)), .value(of: text(open + 2..<close))]
            position = close + 2
        }
        return parts + [.text(text(position..<bytes.count))]
    }

    /// The name in each tag (`{{name}}`, `{{{name}}}`, the ends of sections); nil for a tag that holds something else.
    private static func tags(in source: String) -> [String?] {
        let bytes = Array(source.utf8)
        var tags: [String?] = []
        var position = 0
        while let open = pair(UInt8(ascii: "{"), in: bytes[position...]) {
            position = open + 2
            // A tag that is not closed ends before the next one.
            let rest = bytes[position..<(pair(UInt8(ascii: "{"), in: bytes[position...]) ?? bytes.count)]
            tags.append(pair(UInt8(ascii: "}"), in: rest).flatMap { name(rest[..<$0]) })
        }
        return tags
    }

    /// Where a byte stands twice for the first time.
    private static func pair(_ byte: UInt8, in bytes: ArraySlice<UInt8>) -> Int? {
        bytes.indices.dropLast().first { bytes[$0] == byte && bytes[$0 + 1] == byte }
    }

    private static func name(_ tag: ArraySlice<UInt8>) -> String? {
        var name = tag.drop { $0 == UInt8(ascii: "{") }
        if let mark = name.first, "#/^&".utf8.contains(mark) { name = name.dropFirst() }
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        name = name.drop(while: isBlank)
        while let last = name.last, isBlank(last) { name = name.dropLast() }
        let isName = name.allSatisfy { ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || $0 == UInt8(ascii: "_") }
        return isName && !name.isEmpty ? String(decoding: name, as: UTF8.self) : nil
    }
}
