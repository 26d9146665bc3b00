import Foundation

/// A file of cases that a person can edit: `=== name`, input, `---`, expected lines. Lines before the first case are
/// comments.
public struct WikitestCase: CustomStringConvertible, Sendable {
    /// What the case shows.
    public var name: String
    /// What is read.
    public var input: String
    /// The lines that must come out.
    public var expected: [String]

    /// What a failure shows.
    public var description: String { name }

    /// The cases of a file, in order.
    public static func cases(in file: URL) throws -> [WikitestCase] {
        var cases: [WikitestCase] = []
        var input: [Substring] = []
        var isExpected = false
        func finish() {
            defer {
                input = []
                isExpected = false
            }
            guard !cases.isEmpty else { return }
            cases[cases.count - 1].input = input.joined(separator: "\n")
            while cases[cases.count - 1].expected.last?.isEmpty == true { cases[cases.count - 1].expected.removeLast() }
        }
        for line in try String(contentsOf: file, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            if line.hasPrefix("=== ") {
                finish()
                cases.append(WikitestCase(name: String(line.dropFirst(4)), input: "", expected: []))
            } else if line == "---", !isExpected {
                isExpected = true
            } else if isExpected {
                cases[cases.count - 1].expected.append(String(line))
            } else {
                input.append(line)
            }
        }
        finish()
        return cases
    }
}
