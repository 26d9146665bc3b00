/// What went wrong, where, and what would mend it: the one error shape of SpecWiki.
///
/// `description` is the single line that a program prints; `kind` decides its exit status (contract, section 1).
public struct Failure: Error, Sendable, CustomStringConvertible {
    /// The families of failure. Raw values are the exit statuses of both programs.
    public enum Kind: Int32, Sendable, CaseIterable {
        /// The command line does not make sense.
        case usage = 64
        /// The input was read and is damaged, unsupported or not enough.
        case badData = 65
        /// An input does not exist or cannot be opened.
        case inputUnavailable = 66
        /// A defect of SpecWiki itself.
        case internalError = 70
        /// An output cannot be created.
        case outputUnavailable = 73
        /// Reading or writing failed half way.
        case inputOutput = 74
        /// A run was interrupted, its finished work is stored, and the same command continues it.
        case interruptedResumable = 75
        /// A command was interrupted and left nothing behind.
        case interrupted = 130
    }

    /// Decides the exit status.
    public var kind: Kind
    /// The file concerned, as the user named it.
    public var file: String?
    /// The place inside the file: "byte 4711", "page “Paris”", "tensor model.norm.weight", "line 12".
    public var place: String?
    /// What is wrong, as a clause without a full stop.
    public var problem: String
    /// What the user can do about it, as a clause without a full stop.
    public var remedy: String?

    /// Creates a failure; see the properties for the wording of each part.
    public init(_ kind: Kind, file: String? = nil, at place: String? = nil, _ problem: String, remedy: String? = nil) {
        self.kind = kind
        self.file = file
        self.place = place
        self.problem = problem
        self.remedy = remedy
    }

    /// `FILE: PLACE: PROBLEM; REMEDY` on one line, with control characters of hostile input made visible.
    public var description: String {
        let line = [file, place, problem].compactMap { $0 }.joined(separator: ": ") + (remedy.map { "; \($0)" } ?? "")
        return line.singleLine
    }
}

extension String {
    /// The text with every control character escaped, so that it stays on one line of a terminal.
    public var singleLine: String {
        guard unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
