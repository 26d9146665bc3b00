@preconcurrency import CBZip2
@preconcurrency import CZlib
@preconcurrency import CZstd
import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import MediaWiki

/// Small dumps, written here rather than stored.
enum DumpFixture {
    static let head = """
        <mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">
          <siteinfo>
            <sitename>Testpedia</sitename>
            <dbname>testwiki</dbname>
            <base>https://test.wikipedia.org/wiki/Main_Page</base>
            <case>first-letter</case>
            <namespaces>
              <namespace key="0" case="first-letter" />
              <namespace key="1" case="first-letter">Talk</namespace>
              <namespace key="-1" case="first-letter">Special</namespace>
            </namespaces>
          </siteinfo>

        """
    static let tail = "</mediawiki>\n"

    /// A page; `text` is XML already.
    static func page(_ id: Int, _ title: String, text: String = "Some text.", namespace: Int = 0) -> String {
        """
          <page>
            <title>\(title)</title>
            <ns>\(namespace)</ns>
            <id>\(id)</id>
            <revision>
              <id>\(1000 + id)</id>
              <timestamp>2024-01-0\(1 + id % 9)T00:00:00Z</timestamp>
              <contributor><username>A</username><id>7</id></contributor>
              <model>wikitext</model>
              <text bytes="\(text.utf8.count)" xml:space="preserve">\(text)</text>
              <sha1>abc\(id)</sha1>
            </revision>
          </page>

        """
    }

    static func dump(_ pages: String...) -> String { head + pages.joined() + tail }

    /// Text that does not compress well, the same on every run.
    static func noise(_ count: Int, seed: UInt64 = 1) -> String {
        var state = seed
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                // Letters only: no markup.
                buffer[index] = UInt8(0x61 + (state >> 33) % 26)
            }
            initialized = count
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Compressors for fixtures; the programs only read.
enum Compress {
    static func bzip2(_ bytes: [UInt8], level: Int32 = 1) throws -> [UInt8] {
        var input = bytes
        var output = [UInt8](repeating: 0, count: bytes.count + bytes.count / 50 + 1000)
        var count = UInt32(output.count)
        let status = input.withUnsafeMutableBytes { input in
            output.withUnsafeMutableBytes { output in
                BZ2_bzBuffToBuffCompress(
                    output.baseAddress?.assumingMemoryBound(to: CChar.self), &count,
                    input.baseAddress?.assumingMemoryBound(to: CChar.self), UInt32(bytes.count), level, 0, 0)
            }
        }
        try #require(status == BZ_OK)
        return Array(output.prefix(Int(count)))
    }

    static func bzip2(_ text: String, level: Int32 = 1) throws -> [UInt8] { try bzip2(Array(text.utf8), level: level) }

    static func gzip(_ text: String) throws -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        try #require(deflateInit2_(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK)
        defer { deflateEnd(&stream) }
        var input = Array(text.utf8)
        var output = [UInt8](repeating: 0, count: input.count + 1000)
        let status = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                return deflate(&stream, Z_FINISH)
            }
        }
        try #require(status == Z_STREAM_END)
        return Array(output.prefix(output.count - Int(stream.avail_out)))
    }

    /// One frame with a checksum; it states no window above its content's size unless `windowLog` does.
    static func zstandard(_ text: String, level: Int32 = 3, windowLog: Int32? = nil) throws -> [UInt8] {
        let context = try #require(ZSTD_createCCtx())
        defer { ZSTD_freeCCtx(context) }
        var parameters = [(ZSTD_c_checksumFlag, Int32(1)), (ZSTD_c_compressionLevel, level)]
        // Without the content's size the frame states its window.
        if let windowLog { parameters += [(ZSTD_c_windowLog, windowLog), (ZSTD_c_contentSizeFlag, 0)] }
        for (parameter, value) in parameters {
            try #require(ZSTD_isError(ZSTD_CCtx_setParameter(context, parameter, value)) == 0)
        }
        let input = Array(text.utf8)
        var output = [UInt8](repeating: 0, count: ZSTD_compressBound(input.count) + 64)
        var source = ZSTD_inBuffer(src: nil, size: 0, pos: 0)
        let count = try input.withUnsafeBytes { input in
            try output.withUnsafeMutableBytes { output in
                source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
                var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
                if windowLog != nil {
                    // In two steps, so that libzstd cannot know the size and shrink the window.
                    try #require(
                        ZSTD_isError(ZSTD_compressStream2(context, &target, &source, ZSTD_e_flush)) == 0)
                }
                try #require(ZSTD_compressStream2(context, &target, &source, ZSTD_e_end) == 0)
                return target.pos
            }
        }
        return Array(output.prefix(count))
    }
}

/// What one reading gave.
struct Reading {
    var pages: [Page] = []
    var sites: [SiteInfo] = []
    var ledger: DumpLedger?
    var failure: Failure?

    var ids: [Int64] { pages.compactMap(\.id) }

    /// The pages as they come out of the plain file: with their places in the XML, without those in the packed file.
    var pagesOfAnyPacking: [Page] {
        pages.map { page in
            var page = page
            page.place = page.place.map { PagePlace(byteOffset: $0.byteOffset) }
            return page
        }
    }

    static func of(_ paths: [String], _ policy: DamagePolicy = .stop, jobs: Int = 2) throws -> Reading {
        var reading = Reading()
        do {
            reading.ledger = try DumpReader(paths: paths, damagePolicy: policy).read(
                jobs: jobs, onSiteInfo: { reading.sites.append($0) }, onPage: { reading.pages.append($0) })
        } catch let failure as Failure {
            reading.failure = failure
        }
        return reading
    }

    static func of(_ bytes: [UInt8], _ policy: DamagePolicy = .stop, jobs: Int = 2) throws -> Reading {
        try TestData.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("dump").path
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            return try of([path], policy, jobs: jobs)
        }
    }

    static func of(_ xml: String, _ policy: DamagePolicy = .stop) throws -> Reading { try of(Array(xml.utf8), policy) }
}

/// All uncompressed bytes of a file, and the damage in it.
func readAll(_ bytes: [UInt8], jobs: Int = 2) throws -> (bytes: [UInt8], damage: [StoredDamage]) {
    try TestData.withTemporaryFolder { folder in
        let url = folder.appendingPathComponent("file")
        try Data(bytes).write(to: url)
        return try WorkerPool.with(jobs: jobs, waiting: 1) { pool in
            let source = try openByteSource(path: url.path, pool: pool, cancellation: Cancellation())
            var result: (bytes: [UInt8], damage: [StoredDamage]) = ([], [])
            while let chunk = try source.next() {
                switch chunk {
                case .bytes(let bytes, _): result.bytes += bytes
                case .damage(let damage): result.damage.append(damage)
                }
            }
            return result
        }
    }
}
