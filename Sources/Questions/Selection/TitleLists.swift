import Diagnostics
import Foundation
import MediaWiki

/// Which articles may be concepts, by lists of titles.
public struct TitleLists: Sendable {
    /// Titles by their hashes; nil: all articles.
    private var included: [UInt64: String]?
    private var excluded: Set<UInt64> = []

    /// Every article.
    public init() {}

    /// Reads lists of titles, one on a line; empty lines and lines that begin with `#` do not count.
    ///
    /// - Parameters:
    ///   - include: files of titles of which alone concepts are chosen; none: all articles.
    ///   - exclude: files of titles that are not chosen.
    /// - Throws: `Failure` 66 when a file cannot be read, 65 when it is not UTF-8 or names no title.
    public init(include: [String], exclude: [String]) throws {
        if !include.isEmpty { included = try Self.titles(include) }
        excluded = Set(try Self.titles(exclude).keys)
    }

    private static func titles(_ files: [String]) throws -> [UInt64: String] {
        var titles: [UInt64: String] = [:]
        for file in files {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw Failure(
                    .inputUnavailable, file: file, "cannot be read", remedy: "name a file of titles, one on a line")
            }
            guard let text = String(validating: data, as: UTF8.self) else {
                throw Failure(.badData, file: file, "is not UTF-8")
            }
            var found = false
            for line in text.split(whereSeparator: \.isNewline) {
                let line = line.trimmingCharacters(in: .whitespaces)
                guard let first = line.first, first != "#" else { continue }
                // Titles begin with a capital on most wikis; where case counts, a list names them as they are.
                for title in [line, first.uppercased() + line.dropFirst()] {
                    titles[TitleHash(title).value] = title.replacing("_", with: " ")
                }
                found = true
            }
            guard found else {
                throw Failure(.badData, file: file, "names no title", remedy: "write one title on each line")
            }
        }
        return titles
    }

    /// Why an article is no concept; nil if it may be one.
    func reason(against title: UInt64) -> String? {
        if excluded.contains(title) { return "on the list of excluded titles" }
        if let included, included[title] == nil { return "not on the list of included titles" }
        return nil
    }

    /// Included titles that are not among the eligible articles, sorted.
    func missing(_ eligible: some Sequence<UInt64>) -> [String] {
        guard let included else { return [] }
        let found = Set(eligible.compactMap { included[$0]?.lowercased() })
        return Set(included.values.filter { !found.contains($0.lowercased()) && $0.first?.isLowercase != true })
            .sorted()
    }
}
