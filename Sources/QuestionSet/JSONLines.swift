import Diagnostics
import Foundation

/// JSON Lines: one JSON value per line, keys sorted, so that equal values give equal bytes.
public enum JSONLines {
    /// Writes one line per value, each ended by a line feed.
    public static func encode(_ values: some Sequence<some Encodable>) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var data = Data()
        for value in values {
            data.append(try encoder.encode(value))
            data.append(UInt8(ascii: "\n"))
        }
        return data
    }

    /// Reads a file line by line; empty lines are passed over.
    ///
    /// - Throws: `Failure` 66 when the file cannot be opened, 65 naming the first line that is not a `Value`.
    public static func decode<Value: Decodable>(_ type: Value.Type, from path: String) throws -> [Value] {
        var values: [Value] = []
        try forEachLine(of: path, as: type) { number, result in
            switch result {
            case .success(let value): values.append(value)
            case .failure(let problem):
                throw Failure(.badData, file: path, at: "line \(number)", problem.clause)
            }
        }
        return values
    }

    /// What is wrong with a line, as a clause.
    struct Problem: Error {
        var clause: String
    }

    /// Calls `body` with the number, from 1, and the value of each line; empty lines are passed over.
    static func forEachLine<Value: Decodable>(
        of path: String, as type: Value.Type, _ body: (Int, Result<Value, Problem>) throws -> Void
    ) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(
                .inputUnavailable, file: path, "cannot be opened", remedy: "check the path and its permissions")
        }
        let decoder = JSONDecoder()
        for (index, line) in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        where line.contains(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\t") })
        {
            let result: Result<Value, Problem>
            do {
                result = .success(try decoder.decode(type, from: line))
            } catch {
                result = .failure(Problem(clause: clause(for: error)))
            }
            try body(index + 1, result)
        }
    }

    /// What a decoding error says, with the key it concerns.
    public static func clause(for error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, _): "the key \(key.stringValue) is missing"
        case .typeMismatch(let type, let context):
            context.codingPath.isEmpty
                ? "is not a JSON object" : "\(path(context)) \(requirement(of: type))"
        case .valueNotFound(let type, let context): "\(path(context)) \(requirement(of: type)), not null"
        case .dataCorrupted(let context):
            context.codingPath.isEmpty && context.debugDescription.hasPrefix("The given data was not valid JSON")
                ? "is not valid JSON" : context.debugDescription
        default: "cannot be read: \(error)"
        }
    }

    /// "options[2]".
    private static func path(_ context: DecodingError.Context) -> String {
        context.codingPath.reduce(into: "") { path, key in
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
    }

    private static func requirement(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "must be a text"
        case is any FixedWidthInteger.Type: "must be a whole number"
        case is any FloatingPoint.Type: "must be a number"
        case is Bool.Type: "must be true or false"
        case is any Sequence.Type: "must be a list"
        default: "has the wrong type"
        }
    }
}
