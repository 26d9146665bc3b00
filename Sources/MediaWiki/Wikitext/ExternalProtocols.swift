/// The protocols of external links. `[[http://example.org label]]` is an external link in a pair of brackets, not a
/// link to a page.
enum ExternalProtocols {
    /// Whether a link's target, as written, is a URL.
    static func begin(_ target: ArraySlice<UInt8>) -> Bool {
        guard var end = target.firstIndex(where: { !isSchemeByte($0) }) else { return false }
        if end == target.startIndex {
            guard target.starts(with: "//".utf8) else { return false }
            end += 2
        } else {
            guard target[end] == UInt8(ascii: ":"), end - target.startIndex <= longestName else { return false }
            let name = String(decoding: target[..<end].map(\.lowercasedASCII), as: UTF8.self)
            end += 1
            let hasSlashes = target[end...].starts(with: "//".utf8)
            guard let needsSlashes = names[name], hasSlashes || !needsSlashes else { return false }
            if hasSlashes { end += 2 }
        }
        return end < target.endIndex && target[end] != 0x20 && target[end] != 0x0A
    }

    /// All names, in lower case.
    static var allNames: some Sequence<String> { names.keys }

    /// Whether a name in lower case is that of a protocol.
    static func contains(_ name: String) -> Bool { names[name] != nil }

    /// Whether slashes must follow.
    private static let names = [
        "bitcoin": false, "ftp": true, "ftps": true, "geo": false, "git": true, "gopher": true, "http": true,
        "https": true, "irc": true, "ircs": true, "magnet": false, "mailto": false, "mms": true, "news": false,
        "nntp": true, "redis": true, "sftp": true, "sip": false, "sips": false, "sms": false, "ssh": true, "svn": true,
        "tel": false, "telnet": true, "urn": false, "worldwind": true, "xmpp": false,
    ]

    private static let longestName = names.keys.map(\.utf8.count).max() ?? 0

    private static func isSchemeByte(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".")
    }
}
