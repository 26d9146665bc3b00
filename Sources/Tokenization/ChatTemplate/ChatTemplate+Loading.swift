import Diagnostics
import Foundation

extension ChatTemplate {
    /// The special tokens that every tokenizer of transformers has a place for.
    private static let standardTokens = [
        "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
    ]

    /// Reads the template of a checkpoint, as transformers does.
    ///
    /// The template is the file chat_template.jinja, or else `chat_template` of tokenizer_config.json: a text, or a list of
    /// named texts of which the one called “default” is taken. Special tokens come from tokenizer_config.json, and, where
    /// it is of the old kind without `added_tokens_decoder`, from special_tokens_map.json.
    ///
    /// - Parameter day: the day that `strftime_now` tells; without one the function is undefined.
    /// - Throws: `Failure` 66 if the folder has no tokenizer_config.json; `Failure` 65 if there is no template, or if it is
    ///   not valid or goes beyond the supported subset.
    public init(folder: String, day: Day? = nil) throws {
        let folder = folder.hasSuffix("/") ? folder : folder + "/"
        let configFile = folder + "tokenizer_config.json"
        guard let config = try Self.read(configFile) else {
            throw Failure(
                .inputUnavailable, file: configFile, "does not exist",
                remedy: "take the folder of a chat model, or leave out --chat-template")
        }
        let root = try JSONDocument(config, file: configFile).root
        var tokens = try Self.tokens(root)
        let mapFile = folder + "special_tokens_map.json"
        if try root.member("added_tokens_decoder") == nil, let map = try Self.read(mapFile) {
            tokens.merge(try Self.tokens(JSONDocument(map, file: mapFile).root)) { $1 }
        }

        let text: String
        var file = folder + "chat_template.jinja"
        if let bytes = try Self.read(file) {
            guard let decoded = String(validating: bytes, as: UTF8.self) else {
                throw Failure(.badData, file: file, "is not UTF-8 text")
            }
            text = decoded
        } else {
            file = configFile
            text = try Self.template(root)
        }
        try self.init(
            text, file: file, tokens: tokens.compactMapValues { $0 },
            untoldTokens: Set(Self.standardTokens.filter { tokens[$0] == nil }), day: day)
    }

    /// The bytes of a file, or nil if there is none.
    private static func read(_ path: String) throws -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe))
        } catch {
            throw Failure(.inputUnavailable, file: path, "cannot be read: \(error.localizedDescription)")
        }
    }

    private static func template(_ root: JSONElement) throws -> String {
        guard let element = try root.member("chat_template") else {
            throw Failure(
                .badData, file: root.document.file, "has no chat template, and there is no chat_template.jinja",
                remedy: "take the folder of a chat model, or leave out --chat-template")
        }
        guard element.kind == .array else { return try element.string() }
        let found = try element.elements().last { try $0.required("name").string() == "default" }
        guard let found else { throw element.failure("has no template called “default”") }
        return try found.required("template").string()
    }

    /// The members called “..._token”, nil where they are null. A token is a string or an object with `content`.
    private static func tokens(_ root: JSONElement) throws -> [String: String?] {
        var tokens: [String: String?] = [:]
        for (key, value) in try root.members() {
            let name = String(decoding: key, as: UTF8.self)
            guard name.hasSuffix("_token") else { continue }
            switch value.kind {
            case .string: tokens[name] = .some(try value.string())
            case .object: tokens[name] = .some(try value.required("content").string())
            case .null: tokens[name] = .some(nil)
            case .boolean: continue  // add_bos_token and the like
            default: throw value.failure("is neither a token nor null")
            }
        }
        return tokens
    }
}
