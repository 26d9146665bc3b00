import Diagnostics
import Foundation
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
    private let template: MustacheTemplate

    /// Compiles a wording.
    ///
    /// - Throws: `Failure` 65 when it is not Mustache, uses a name that is not in `variables`, or does not name its subject.
    public init(_ source: String) throws {
        self.source = source
        do {
            // Questions are plain text: without this, & and quotes would turn into HTML entities.
            template = try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}" + source)
        } catch {
            throw Failure(.badData, "the wording “\(source)” is not Mustache: \(error)")
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
        template.render(values)
    }

    /// The name in each tag (`{{name}}`, `{{{name}}}`, the ends of sections); nil for a tag that holds something else.
    private static func tags(in source: String) -> [String?] {
        source.components(separatedBy: "{{").dropFirst().map { rest in
            guard let end = rest.range(of: "}}") else { return nil }
            var name = rest[..<end.lowerBound].drop { $0 == "{" }
            if let mark = name.first, "#/^&".contains(mark) { name = name.dropFirst() }
            let trimmed = name.trimmingCharacters(in: .whitespaces)
            return !trimmed.isEmpty && trimmed.allSatisfy { $0.isASCII && ($0.isLetter || $0 == "_") } ? trimmed : nil
        }
    }
}
