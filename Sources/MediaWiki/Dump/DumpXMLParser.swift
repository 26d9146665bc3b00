@preconcurrency import CLibXML2
import Diagnostics

/// libxml2's push parser, feeding a `DumpContentHandler`; texts that are plain go past it (see `PlainCharacterData`).
///
/// Set up for hostile input: no network, no DTD (any DOCTYPE is refused by the handler), no entity substitution. The
/// option HUGE, needed for texts over 10 MB, switches off libxml2's own limits for nesting, for the length of a tag,
/// and for the number of names: the handler limits the first, `feed` the second, the dictionary's limit the third.
final class DumpXMLParser {
    /// Why parsing ended.
    struct Problem: Equatable {
        var line: Int64
        /// The byte of the XML, from the start of the file.
        var byte: Int64
        var message: String
        var refusal: DumpContentHandler.Refusal?
        /// The document ended before its elements did.
        var isTruncation = false
    }

    let handler: DumpContentHandler
    /// Set once; nothing is parsed after it.
    private(set) var problem: Problem?

    private var context: xmlParserCtxtPtr?
    private let firstLine: Int64
    private let firstByte: Int64
    private let receiver: UnsafeMutablePointer<Receiver>
    /// What went past libxml2 so far.
    private var passedBytes: Int64 = 0
    private var passedLines: Int64 = 0
    /// Whether libxml2 stands right behind the tag of a text, of which it has seen nothing.
    private var isBehindTextTag = false
    /// The first bytes of a character or reference of a plain text whose last ones have not come yet.
    private var held: [UInt8] = []

    /// What the callbacks get: text goes past the parser and its handler.
    fileprivate struct Receiver {
        var parser: Unmanaged<DumpXMLParser>
        var text: UnsafeMutablePointer<TextSink>
    }

    /// A tag or comment is held whole, and libxml2 compares each attribute of a tag with each other one. Dumps have no
    /// comments, and their longest tag is the root's, with some hundred bytes.
    private static let maximumTagSize = 1 << 17
    private static let maximumDictionarySize = 10_000_000
    private static let isLibraryReady: Void = xmlInitParser()

    /// - Parameters:
    ///   - handler: keeps what is found.
    ///   - line: the line of the first byte in the file, from 1.
    ///   - byte: the place of the first byte in the XML of the file.
    /// - continued: the encoding that the document declared, if the bytes to come begin inside the root element
    ///     (after damage); nil at the start of a document.
    init(handler: DumpContentHandler, line: Int64, byte: Int64, continued: DeclaredEncoding? = nil) throws {
        _ = Self.isLibraryReady
        // What libxml2 finds outside any parser, as when letters cannot be converted, it would print. The parser reports it too.
        // The setting is the thread's.
        xmlSetStructuredErrorFunc(nil, ignoreError)
        specwiki_silenceMessages()
        self.handler = handler
        firstLine = line
        let beginning = continued.map { Array("<?xml version=\"1.0\" encoding=\"\($0.name)\"?><mediawiki>".utf8) } ?? []
        firstByte = byte - Int64(beginning.count)

        var callbacks = xmlSAXHandler()
        callbacks.initialized = UInt32(XML_SAX2_MAGIC)
        callbacks.internalSubset = onInternalSubset
        callbacks.startElementNs = onStartElement
        callbacks.endElementNs = onEndElement
        callbacks.characters = onCharacters
        callbacks.ignorableWhitespace = onCharacters
        callbacks.cdataBlock = onCharacters
        callbacks.serror = onError
        receiver = .allocate(capacity: 1)
        receiver.initialize(to: Receiver(parser: .passUnretained(self), text: handler.text))
        guard let context = xmlCreatePushParserCtxt(&callbacks, receiver, nil, 0, nil) else {
            throw Failure(.internalError, "out of memory for the XML parser")
        }
        self.context = context
        xmlCtxtUseOptions(context, Int32(bitPattern: XML_PARSE_HUGE.rawValue | XML_PARSE_NONET.rawValue))
        xmlDictSetLimit(context.pointee.dict, Self.maximumDictionarySize)
        handler.currentLine = { [unowned self] in self.currentLine }
        handler.tagStart = { [unowned self] in self.tagStart }
        beginning.withUnsafeBufferPointer { feed($0) }
    }

    deinit {
        if let context { xmlFreeParserCtxt(context) }
        receiver.deallocate()
    }

    /// Parses some more bytes; does nothing once there is a `problem`. Texts go past libxml2 as far as they are plain.
    func feed(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard !held.isEmpty else { return feedUnheld(bytes) }
        let joined = held + bytes
        held = []
        joined.withUnsafeBufferPointer { feedUnheld($0) }
    }

    private func feedUnheld(_ xml: UnsafeBufferPointer<UInt8>) {
        var position = 0
        while problem == nil, position < xml.count {
            if isBehindTextTag {
                position += passText(in: xml, from: position)
            } else if let tag = PlainCharacterData.nextTag(in: xml, from: position) {
                feedLibrary(UnsafeBufferPointer(rebasing: xml[position..<tag.lowerBound]))
                let wasOpen = handler.text.pointee.isOpen
                feedLibrary(UnsafeBufferPointer(rebasing: xml[tag]))
                // If just this tag began a text, libxml2 holds nothing back.
                isBehindTextTag = handler.text.pointee.isOpen && !wasOpen && countsBytes
                position = tag.upperBound
            } else {
                feedLibrary(UnsafeBufferPointer(rebasing: xml[position...]))
                position = xml.count
            }
        }
    }

    /// Hands the plain text at `start` to the handler; says how many bytes are done with.
    private func passText(in xml: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let content = PlainCharacterData(in: xml, from: start) else {
            isBehindTextTag = false
            return 0
        }
        handler.text.pointee.append(content.text)
        passedBytes += Int64(content.count)
        passedLines += Int64(content.lineFeeds)
        isBehindTextTag = !content.isWhole
        guard !content.isWhole else { return content.count }
        held = Array(xml[(start + content.count)...])
        return xml.count - start
    }

    /// Parses some more bytes by libxml2 alone.
    func feedLibrary(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard problem == nil, let context, let start = bytes.baseAddress, !bytes.isEmpty else { return }
        precondition(bytes.count <= Int(Int32.max))
        start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
            _ = xmlParseChunk(context, $0, Int32(bytes.count), 0)
        }
        checkStatus(context)
        if problem == nil, let input = context.pointee.input,
            input.pointee.end - input.pointee.cur > Self.maximumTagSize
        {
            note("a tag or comment of more than 128 KiB", line: currentLine)
        }
    }

    /// The document ends here.
    func finish() {
        guard problem == nil, let context else { return }
        held.withUnsafeBufferPointer { feedLibrary($0) }
        isFinishing = true
        xmlParseChunk(context, nil, 0, 1)
        checkStatus(context)
    }

    private var isFinishing = false

    /// The encoding of the document; nil if the parser cannot be started again inside it, because its letters are not
    /// bytes.
    var encoding: DeclaredEncoding? {
        let input = context?.pointee.input?.pointee
        if let declared = context?.pointee.encoding ?? input?.encoding {
            return DeclaredEncoding(name: String(cString: declared))
        }
        // Without a declaration libxml2 converts only what it recognises by a byte order mark: UTF-16.
        return input?.buf?.pointee.encoder == nil ? DeclaredEncoding(name: "UTF-8") : nil
    }

    private func checkStatus(_ context: xmlParserCtxtPtr) {
        // A status without an error callback: the names ran over the dictionary's limit, or memory is short.
        if problem == nil, context.pointee.disableSAX != 0 || context.pointee.wellFormed == 0 {
            note("the XML parser gave up (error \(context.pointee.errNo))", line: currentLine)
        }
    }

    fileprivate var currentLine: Int64 {
        firstLine - 1 + passedLines + Int64(context?.pointee.input?.pointee.line ?? 1)
    }

    /// The byte of the XML up to which the parser has come. In an encoding that libxml2 converts, the count is of converted bytes.
    var currentByte: Int64 {
        guard let input = context?.pointee.input?.pointee, let current = input.cur, let base = input.base else {
            return firstByte
        }
        return firstByte + passedBytes + Int64(input.consumed) + Int64(current - base)
    }

    /// Whether the text is UTF-8, of which libxml2 counts the bytes as they are in the file, and not as it has converted them.
    private var countsBytes: Bool { context?.pointee.input?.pointee.buf?.pointee.encoder == nil }

    /// The byte of the `<` of the start tag that is being read; nil where libxml2 counts converted bytes.
    private var tagStart: Int64? {
        guard countsBytes, let input = context?.pointee.input?.pointee, var position = input.cur, let base = input.base
        else { return nil }
        // The parser is at the end of the tag, which it keeps whole until then. Inside a tag there is no other `<`.
        let end = currentByte
        let current = position
        while position > base, position.pointee != UInt8(ascii: "<") { position -= 1 }
        return position.pointee == UInt8(ascii: "<") ? end - Int64(current - position) : nil
    }

    fileprivate func note(
        _ message: String, line: Int64, refusal: DumpContentHandler.Refusal? = nil, isTruncation: Bool = false
    ) {
        guard problem == nil else { return }
        problem = Problem(
            line: line, byte: currentByte, message: message, refusal: refusal, isTruncation: isTruncation)
    }

    fileprivate func noteRefusal() {
        guard let refusal = handler.refusal else { return }
        note("refused", line: currentLine, refusal: refusal)
        if let context { xmlStopParser(context) }
    }

    fileprivate func noteError(_ error: xmlError) {
        // Errors that are not fatal concern namespaces and validity: no text depends on them.
        guard error.level == XML_ERR_FATAL else { return }
        let text = error.message.map { String(cString: $0) } ?? "error \(error.code)"
        let message = String(text.prefix(200)).split(whereSeparator: \.isNewline).joined(separator: " ")
        note(message, line: firstLine - 1 + passedLines + Int64(error.line), isTruncation: isFinishing)
    }
}

/// An encoding in which `<page` is the same bytes as in ASCII.
struct DeclaredEncoding {
    let name: String

    init?(name: String) {
        let families = ["utf-8", "utf8", "us-ascii", "ascii", "iso-8859-", "windows-125", "koi8-"]
        guard families.contains(where: { name.lowercased().hasPrefix($0) }) else { return nil }
        self.name = name
    }
}

// MARK: - Callbacks of libxml2

private func receiver(_ pointer: UnsafeMutableRawPointer) -> UnsafeMutablePointer<DumpXMLParser.Receiver> {
    pointer.assumingMemoryBound(to: DumpXMLParser.Receiver.self)
}

private func parser(_ pointer: UnsafeMutableRawPointer) -> DumpXMLParser {
    receiver(pointer).pointee.parser.takeUnretainedValue()
}

private let onStartElement: startElementNsSAX2Func = { this, name, _, _, _, _, attributeCount, _, attributes in
    guard let this, let name else { return }
    let parser = parser(this)
    let isWelcome = parser.handler.startElement(ElementName(name)) { wanted in
        attributeValue(wanted, attributes, Int(attributeCount))
    }
    if !isWelcome { parser.noteRefusal() }
}

private let onEndElement: endElementNsSAX2Func = { this, _, _, _ in
    guard let this else { return }
    parser(this).handler.endElement()
}

private let onCharacters: charactersSAXFunc = { this, bytes, count in
    guard let this, let bytes, count > 0 else { return }
    let text = receiver(this).pointee.text
    let characters = UnsafeBufferPointer(start: bytes, count: Int(count))
    if text.pointee.isOpen { text.pointee.append(characters) } else { parser(this).handler.characters(characters) }
}

private let onInternalSubset: internalSubsetSAXFunc = { this, name, _, _ in
    guard let this, let name else { return }
    let parser = parser(this)
    parser.handler.doctype(ElementName(name))
    parser.noteRefusal()
}

private let ignoreError: xmlStructuredErrorFunc = { _, _ in }

private let onError: xmlStructuredErrorFunc = { this, error in
    guard let this, let error else { return }
    parser(this).noteError(error.pointee)
}

/// Attributes come in fives: local name, prefix, namespace, first byte and end of the value.
private func attributeValue(
    _ wanted: StaticString, _ attributes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ count: Int
) -> BoundedText? {
    guard let attributes else { return nil }
    for index in 0..<count {
        guard let name = attributes[index * 5], attributes[index * 5 + 1] == nil, ElementName(name) == wanted,
            let start = attributes[index * 5 + 3], let end = attributes[index * 5 + 4]
        else { continue }
        var value = BoundedText()
        var position = start
        // Without entity substitution libxml2 leaves ampersands in attribute values, and only these, as `&#38;`.
        while position < end {
            let isAmpersand = end - position >= 5 && ElementName.bytes(at: position, are: "&#38;")
            value.append(UnsafeBufferPointer(start: position, count: 1))
            position += isAmpersand ? 5 : 1
        }
        return value
    }
    return nil
}
