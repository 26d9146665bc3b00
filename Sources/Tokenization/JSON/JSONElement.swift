import Diagnostics

/// One value of a `JSONDocument` together with the path that leads to it, for messages ("model.vocab").
struct JSONElement: Sendable {
    let document: JSONDocument
    let index: Int
    let path: String

    /// What the value is.
    var kind: JSONDocument.Kind { document.nodes[index].kind }

    /// A failure at this place of the file.
    func failure(_ problem: String, remedy: String? = nil) -> Failure {
        Failure(.badData, file: document.file, at: path.isEmpty ? nil : path, problem, remedy: remedy)
    }

    /// The member called `name`, or nil if it is absent or null.
    /// - Throws: when this is no object or the member stands there twice.
    func member(_ name: String) throws -> JSONElement? {
        var found: JSONElement?
        let wanted = Array(name.utf8)
        var text: [UInt8] = []
        try forEachMember { key, value in
            text.removeAll(keepingCapacity: true)
            document.appendString(at: key, to: &text)
            guard text == wanted else { return }
            guard found == nil else { throw failure("has the member “\(name)” twice") }
            found = JSONElement(document: document, index: value, path: path.isEmpty ? name : "\(path).\(name)")
        }
        guard let found, found.kind != .null else { return nil }
        return found
    }

    /// The member called `name`, which must be there.
    func required(_ name: String) throws -> JSONElement {
        guard let found = try member(name) else { throw failure("lacks “\(name)”") }
        return found
    }

    /// The value of the member “type”, which names the variant of a pipeline stage.
    func variant() throws -> String { try required("type").string() }

    /// The failure for a variant this program does not know.
    func unsupported(_ stage: String, _ name: String) -> Failure {
        Failure(
            .badData, file: document.file, at: path.isEmpty ? "type" : "\(path).type",
            "the \(stage) “\(name)” is not supported")
    }

    /// The elements of an array.
    func elements() throws -> [JSONElement] {
        var result: [JSONElement] = []
        try forEachElement { index in
            result.append(JSONElement(document: document, index: index, path: "\(path)[\(result.count)]"))
        }
        return result
    }

    /// The members of an object, in the order of the file.
    func members() throws -> [(key: [UInt8], value: JSONElement)] {
        var result: [(key: [UInt8], value: JSONElement)] = []
        try forEachMember { key, value in
            var text: [UInt8] = []
            document.appendString(at: key, to: &text)
            let name = String(decoding: text, as: UTF8.self)
            result.append((text, JSONElement(document: document, index: value, path: "\(path)[“\(name)”]")))
        }
        return result
    }

    /// Calls `body` with the node of each element of an array: the way to read long lists.
    func forEachElement(_ body: (Int) throws -> Void) throws {
        guard kind == .array else { throw failure("is not a list") }
        var child = index + 1
        let end = Int(document.nodes[index].next)
        while child < end {
            try body(child)
            child = Int(document.nodes[child].next)
        }
    }

    /// Calls `body` with the nodes of each key and value of an object: the way to read large objects.
    func forEachMember(_ body: (_ key: Int, _ value: Int) throws -> Void) throws {
        guard kind == .object else { throw failure("is not an object") }
        var child = index + 1
        let end = Int(document.nodes[index].next)
        while child < end {
            try body(child, child + 1)
            child = Int(document.nodes[child + 1].next)
        }
    }

    /// The UTF-8 of a string.
    func text() throws -> [UInt8] {
        guard kind == .string else { throw failure("is not a string") }
        var result: [UInt8] = []
        document.appendString(at: index, to: &result)
        return result
    }

    /// A string.
    func string() throws -> String { String(decoding: try text(), as: UTF8.self) }

    /// true or false.
    func boolean() throws -> Bool {
        guard kind == .boolean else { throw failure("is neither true nor false") }
        return document.nodes[index].flag
    }

    /// A whole number in `range`.
    func integer(in range: ClosedRange<Int>) throws -> Int {
        guard let value = document.integer(at: index) else { throw failure("is not a whole number") }
        guard range.contains(value) else {
            throw failure("is \(value), outside \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// A finite number.
    func number() throws -> Double {
        guard let value = document.number(at: index) else { throw failure("is not a number") }
        return value
    }
}

extension JSONDocument {
    /// The whole number at `index`, or nil if there is none that fits.
    func integer(at index: Int) -> Int? {
        let node = nodes[index]
        guard node.kind == .number, node.end - node.start <= 18 else { return nil }
        var value = 0
        var position = Int(node.start)
        let isNegative = bytes[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }
        while position < Int(node.end) {
            let byte = bytes[position]
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
            position += 1
        }
        return isNegative ? -value : value
    }

    /// The finite number at `index`, or nil.
    func number(at index: Int) -> Double? {
        let node = nodes[index]
        guard node.kind == .number else { return nil }
        guard let value = Double(String(decoding: bytes[Int(node.start)..<Int(node.end)], as: UTF8.self)),
            value.isFinite
        else { return nil }
        return value
    }
}
