import CCrypto
import Foundation

/// SHA-256 of what a result depends on: stores, checkpoints, settings.
public struct ContentHash {
    private let context: OpaquePointer

    /// Starts an empty hash.
    public init() {
        context = EVP_MD_CTX_new()
        EVP_DigestInit_ex(context, EVP_sha256(), nil)
    }

    /// Appends bytes.
    public func update(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    /// Appends the UTF-8 of a text, preceded by its length so that neighbouring texts cannot run together.
    public func update(_ text: String) {
        var text = text
        withUnsafeBytes(of: UInt64(text.utf8.count).littleEndian) { update($0) }
        text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
    }

    /// The hash in lower-case hexadecimal. Ends the hash: call once.
    public func finish() -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        EVP_DigestFinal_ex(context, &digest, nil)
        EVP_MD_CTX_free(context)
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] }, as: UTF8.self)
    }

    /// SHA-256 of a file's bytes.
    ///
    /// - Throws: `Failure` 66 when it cannot be read.
    public static func ofFile(_ path: String) throws -> String {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw Failure(
                .inputUnavailable, file: path, "cannot be opened", remedy: "check the path and its permissions")
        }
        let hash = ContentHash()
        do {
            while let data = try file.read(upToCount: 1 << 20), !data.isEmpty {
                data.withUnsafeBytes { hash.update($0) }
            }
        } catch {
            throw Failure(.inputOutput, file: path, "cannot be read: \(error.localizedDescription)")
        }
        return hash.finish()
    }

    /// SHA-256 of one text.
    public static func of(_ text: String) -> String {
        let hash = ContentHash()
        var text = text
        text.withUTF8 { hash.update(UnsafeRawBufferPointer($0)) }
        return hash.finish()
    }
}
