import Diagnostics
import Foundation
import LinearAlgebra

/// A Hugging Face checkpoint folder: config.json and the weights, memory mapped and checked, not yet interpreted.
public struct Checkpoint: Sendable {
    /// As the user named it.
    public let folder: String
    let configuration: MappedFile
    let files: [SafetensorsFile]
    let endOfSequence: Set<Int>
    /// The tokens that end an open answer, ascending, where generation_config.json says other than config.json; nil where it does
    /// not. The only thing that changes results and is not in `contentHash`.
    public let generationEndOfSequence: [Int]?
    private let tensors: [String: StoredTensor]

    /// Opens a folder: `model.safetensors`, or the shards that `model.safetensors.index.json` lists.
    ///
    /// - Throws: `Failure` 66 when a file is missing, 65 when one is damaged.
    public init(folder: String) throws {
        self.folder = folder
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw Failure(
                .inputUnavailable, file: folder, "is not a folder",
                remedy: "name a Hugging Face checkpoint folder (config.json, *.safetensors, tokenizer.json)")
        }
        func path(_ name: String) -> String { (folder as NSString).appendingPathComponent(name) }
        func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
        let configuration = try MappedFile(path: path("config.json"))
        self.configuration = configuration
        let generation =
            exists("generation_config.json") ? try MappedFile(path: path("generation_config.json")) : nil
        // What config.json says matters only, and must make sense only, where the other says nothing.
        let configured = Result { try Self.endOfSequence(configuration) ?? [] }
        let generated = try generation.flatMap { try Self.endOfSequence($0) }
        endOfSequence = try generated ?? configured.get()
        generationEndOfSequence = (try? configured.get()) == endOfSequence ? nil : endOfSequence.sorted()
        if exists("model.safetensors") {
            files = [try SafetensorsFile(path: path("model.safetensors"))]
        } else if exists("model.safetensors.index.json") {
            files = try Self.shards(index: MappedFile(path: path("model.safetensors.index.json")), path: path)
        } else {
            let isPickled = exists("pytorch_model.bin") || exists("pytorch_model.bin.index.json")
            throw Failure(
                .inputUnavailable, file: folder, "has no model.safetensors and no model.safetensors.index.json",
                remedy: isPickled
                    ? "convert pytorch_model.bin with transformers' save_pretrained" : "download the weights")
        }
        var tensors: [String: StoredTensor] = [:]
        for tensor in files.lazy.flatMap(\.tensors) {
            if let other = tensors.updateValue(tensor, forKey: tensor.name) {
                throw tensor.failure("also stands in \(other.file.path)", remedy: "remove one of the two")
            }
        }
        self.tensors = tensors
    }

    /// The tensor of a name.
    func tensor(_ name: String) -> StoredTensor? { tensors[name] }

    /// All names, sorted.
    var tensorNames: [String] { tensors.keys.sorted() }

    /// Bytes of all weight files.
    public var byteCount: Int { files.reduce(0) { $0 + $1.file.bytes.count } }

    /// The arithmetic that people use such a checkpoint with: bfloat16 when its weights are stored so and take more than
    /// 512 MiB, else float32. Depends on the checkpoint alone: the same on every machine.
    public var customaryArithmetic: Arithmetic {
        let tensors = files.flatMap(\.tensors)
        return byteCount > 512 << 20 && tensors.allSatisfy { $0.elementType == "BF16" } ? .bfloat16 : .float32
    }

    /// SHA-256 over the bytes of config.json and of every weight file, each preceded by its length, shards by name.
    ///
    /// Reads everything once (about 1.5 GB a second when the files are in memory): two checkpoints have the same hash
    /// only if they compute the same.
    ///
    /// - Parameter isCancelled: asked every 16 MiB; once it says so the hash is worth nothing.
    /// - Throws: `Failure` 130 when interrupted.
    public func contentHash(isCancelled: () -> Bool = { false }) throws -> String {
        let hash = ContentHash()
        var problem: (any Error)?
        let ordered =
            [configuration] + files.map(\.file).sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        reading: for file in ordered {
            withUnsafeBytes(of: UInt64(file.bytes.count).littleEndian) { hash.update($0) }
            for start in stride(from: 0, to: file.bytes.count, by: 1 << 24) {
                if isCancelled() { break reading }
                do { try Interruption.check() } catch {
                    problem = error
                    break reading
                }
                hash.update(
                    UnsafeRawBufferPointer(rebasing: file.bytes[start..<min(file.bytes.count, start + (1 << 24))]))
            }
        }
        // The hash owns memory that only `finish` gives back.
        let digest = hash.finish()
        if let problem { throw problem }
        return digest
    }

    private static func shards(index: MappedFile, path: (String) -> String) throws -> [SafetensorsFile] {
        guard case .object(let members) = try index.json(),
            case .object(let map)? = members.first(where: { $0.name == "weight_map" })?.value
        else { throw Failure(.badData, file: index.path, "has no weight_map") }
        var namesOfShard: [String: Set<String>] = [:]
        for member in map {
            // By bytes: "/" with a combining mark behind it is another character to a String, and the same to the system.
            guard let shard = member.value.string, !shard.isEmpty, shard != "..", shard != ".",
                !shard.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == 0 })
            else {
                throw Failure(
                    .badData, file: index.path, at: "tensor \(member.name)", "is not in a file beside the index")
            }
            namesOfShard[shard, default: []].insert(member.name)
        }
        return try namesOfShard.keys.sorted().map { shard in
            let file = try SafetensorsFile(path: path(shard))
            let listed = namesOfShard[shard, default: []]
            let held = Set(file.tensors.map(\.name))
            if let missing = listed.subtracting(held).min() {
                throw Failure(
                    .badData, file: path(shard), at: "tensor \(missing)",
                    "is listed in the index but not in this shard",
                    remedy: "download index and shards of one revision")
            }
            if let unlisted = held.subtracting(listed).min() {
                throw Failure(
                    .badData, file: path(shard), at: "tensor \(unlisted)",
                    "is in this shard but not listed for it in the index",
                    remedy: "download index and shards of one revision")
            }
            return file
        }
    }

    /// `eos_token_id` (a number or a list) of a file; nil where it has none.
    private static func endOfSequence(_ source: MappedFile) throws -> Set<Int>? {
        guard case .object(let members) = try source.json() else {
            throw Failure(.badData, file: source.path, "is not a JSON object")
        }
        let values: [JSONValue]
        switch members.first(where: { $0.name == "eos_token_id" })?.value {
        case nil, .null?: return nil
        case .list(let list)?: values = list
        case let value?: values = [value]
        }
        return Set(
            try values.map { value in
                guard let id = value.integer, id >= 0, id <= Int32.max else {
                    throw Failure(
                        .badData, file: source.path, at: "key eos_token_id", "is not a token id or a list of them")
                }
                return id
            })
    }
}
