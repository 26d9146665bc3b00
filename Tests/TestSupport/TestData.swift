import Foundation

/// Where tests find their files.
public enum TestData {
    /// The root of the checkout, found from this source file.
    public static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// A file in Tests/Fixtures.
    public static func fixture(_ path: String) -> URL {
        root.appendingPathComponent("Tests/Fixtures").appendingPathComponent(path)
    }

    /// The folder of shared reference data when `SPECWIKI_SHARED` names it; tests that need it are skipped without it
    /// (`@Test(.enabled(if: TestData.hasShared, "SPECWIKI_SHARED is not set"))`) and fail if a file is missing in it.
    public static let shared: URL? = ProcessInfo.processInfo.environment["SPECWIKI_SHARED"]
        .flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0, relativeTo: root).standardizedFileURL }

    /// Whether the shared reference data was given.
    public static var hasShared: Bool { shared != nil }

    /// A file of the shared reference data. Call only in tests that are enabled by `hasShared`.
    public static func shared(_ path: String) -> URL {
        guard let shared else {
            preconditionFailure("a test that reads shared data must be enabled by TestData.hasShared")
        }
        return shared.appendingPathComponent(path)
    }

    /// Calls `body` with a new empty folder and removes it afterwards.
    public static func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("specwiki-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }
}
