/// A template call of a document, with its parameters named as MediaWiki names them.
public struct Template: Sendable {
    /// One parameter.
    public struct Parameter: Sendable, Equatable {
        /// The name, trimmed and without comments; "1", "2", ... for positional ones.
        public var name: String
        /// Where the value stands; not trimmed.
        public var value: Range<Int>
        /// Whether it has a name of its own in the text.
        public var isNamed: Bool
    }

    /// Its index in the document's nodes.
    public let node: Int
    /// The normalised name: "Infobox person".
    public let name: String
    /// All parameters in order, also empty and repeated ones.
    public let parameters: [Parameter]

    /// Whether it is an infobox of any language.
    public var isInfobox: Bool { InfoboxNames.contains(name) }

    /// The last value of a name, which is the one that counts.
    public func value(_ name: String) -> Range<Int>? { parameters.last { $0.name == name }?.value }

    /// Values without a name (or named by their number), by number; those that are missing end the list.
    public var positional: [Range<Int>] {
        var result: [Range<Int>] = []
        while let value = value(String(result.count + 1)) { result.append(value) }
        return result
    }
}

extension WikitextDocument {
    /// The normalised name of a template; nil if it cannot be one: empty, with markup or a line end in it.
    public func templateName(_ index: Int) -> String? { templateName(index, keepsDirectionMarks: false) }

    /// The same, perhaps with marks of writing direction, as the reference records have it.
    func templateName(_ index: Int, keepsDirectionMarks: Bool) -> String? {
        withTemplateName(index, keepsDirectionMarks: keepsDirectionMarks) { name in
            name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
        } ?? nil
    }

    /// Calls `body` with the UTF-8 of a template's normalised name, if it can be one or is empty. Most templates are
    /// only asked what they are, and need no text for that.
    public func withTemplateName(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> String?) -> String? {
        withTemplateName(index, keepsDirectionMarks: false, body) ?? nil
    }

    private func withTemplateName<Result>(
        _ index: Int, keepsDirectionMarks: Bool, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result? {
        let node = nodes[index]
        guard node.kind == .template else { return nil }
        let range = trimmed(node.name)
        var raw = bytes[range]
        if node.subtreeEnd > index + 1, nodes[index + 1].range.lowerBound < range.upperBound {
            raw = withoutComments(range)
            while raw.last?.isWikitextBlank == true { raw.removeLast() }
            while raw.first?.isWikitextBlank == true { raw.removeFirst() }
        }
        guard !raw.contains(where: { Self.isForbiddenInName($0) }) else { return nil }
        return Titles.withTemplateName(raw, keepsDirectionMarks: keepsDirectionMarks, body)
    }

    private static func isForbiddenInName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "|"),
            UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\n"):
            true
        default: false
        }
    }

    /// Whether the node is an infobox of any language.
    public func isInfobox(_ index: Int) -> Bool {
        guard nodes[index].kind == .template, InfoboxNames.mayContain(bytes[nodes[index].name]) else { return false }
        return withTemplateName(index, keepsDirectionMarks: false) { InfoboxNames.contains($0) } ?? false
    }

    /// The template at a node; nil if the node is none.
    public func template(_ index: Int) -> Template? {
        guard let name = templateName(index) else { return nil }
        var count = 0
        let named = parameters[nodes[index].parameters].map { parameter in
            guard let range = parameter.name else {
                count += 1
                return Template.Parameter(name: String(count), value: parameter.value, isNamed: false)
            }
            return Template.Parameter(name: parameterName(range), value: parameter.value, isNamed: true)
        }
        return Template(node: index, name: name, parameters: named)
    }

    private func parameterName(_ range: Range<Int>) -> String {
        let range = trimmed(range)
        return String(decoding: withoutComments(range), as: UTF8.self).trimmingPythonBlanks()
    }
}

extension String {
    /// Without white space of any kind at its ends.
    func trimmingPythonBlanks() -> String {
        guard let start = utf8.first, let end = utf8.last else { return self }
        // Most begin and end with a letter or digit of ASCII.
        let isBare = (0x21..<0x7F).contains(start) && (0x21..<0x7F).contains(end)
        guard !isBare, let first = unicodeScalars.first, let last = unicodeScalars.last,
            first.isPythonBlank || last.isPythonBlank
        else { return self }
        var view = unicodeScalars[...]
        while view.first?.isPythonBlank == true { view.removeFirst() }
        while view.last?.isPythonBlank == true { view.removeLast() }
        return String(view)
    }
}
