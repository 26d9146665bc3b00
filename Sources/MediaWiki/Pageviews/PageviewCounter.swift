import Diagnostics

/// Adds up the page views of one project by title, from any number of files in any of the formats of `PageviewFormat`.
///
/// Titles are counted as requested, in MediaWiki's form: redirects have counts of their own, and pages of all
/// namespaces are in it. Access methods (desktop, mobile) are summed.
/// Memory: the bytes of each distinct title and up to 40 beside them; lines of other projects take none.
/// Where only some titles matter, `counts(ofTitles:in:project:isCaseSensitive:jobs:notify:progress:)` takes less.
public struct PageviewCounter: Sendable {
    /// The project's name in the form `en.wikipedia`.
    public var project: String { reader.project.name }

    private var reader: PageviewReader
    private var titles = TitleArena()

    /// Creates an empty count.
    ///
    /// - Parameters:
    ///   - project: `en.wikipedia`; `en` stands for the Wikipedia of that language.
    ///   - isCaseSensitive: whether the wiki keeps the case of a title's first letter (`SiteInfo.isCaseSensitive`).
    /// - Throws: `Failure` 64 when `project` is no name of a project.
    public init(project: String, isCaseSensitive: Bool = false) throws {
        reader = PageviewReader(project: try PageviewProject(project), isCaseSensitive: isCaseSensitive)
    }

    /// Creates a count of the given files, leaving out those of robots beside those of people.
    ///
    /// - Parameters:
    ///   - jobs: threads for decompression, the calling one among them.
    ///   - notify: is told what was read from each file and what was left out.
    ///   - progress: is told now and then how many stored bytes of all files are read.
    /// - Throws: as `PageviewFiles.ofPeople(among:notify:)` and `add(path:jobs:progress:)`.
    public init(
        paths: [String], project: String, isCaseSensitive: Bool = false, jobs: Int = 1,
        notify: (PageviewNotice) -> Void = { _ in }, progress: (_ storedBytes: Int64) -> Void = { _ in }
    ) throws {
        try self.init(project: project, isCaseSensitive: isCaseSensitive)
        try reader.read(paths: paths, jobs: jobs, into: &titles, notify: notify, progress: progress)
    }

    /// The views of chosen titles in the given files, as `PageviewCounter` counts them, in 16 bytes for each title:
    /// memory does not grow with the files.
    ///
    /// - Parameters:
    ///   - hashes: the titles in MediaWiki's form, as `TitleHash` values in ascending order.
    ///   - notify: is told what was read from each file and what was left out. Lines of titles that were not asked for
    ///     are among those counted.
    /// - Returns: the views of each title, in the order of `hashes`; nil for a title without a row.
    /// - Throws: as `init(paths:project:isCaseSensitive:jobs:notify:progress:)`.
    public static func counts(
        ofTitles hashes: [UInt64], in paths: [String], project: String, isCaseSensitive: Bool = false, jobs: Int = 1,
        notify: (PageviewNotice) -> Void = { _ in }, progress: (_ storedBytes: Int64) -> Void = { _ in }
    ) throws -> TitleViews {
        var reader = PageviewReader(project: try PageviewProject(project), isCaseSensitive: isCaseSensitive)
        var titles = WantedTitles(hashes)
        try reader.read(paths: paths, jobs: jobs, into: &titles, notify: notify, progress: progress)
        return titles.finish()
    }

    /// The views of a title as it stands in a dump; nil when no file has a line for it.
    public func views(of title: String) -> Int64? {
        var title = title
        return title.withUTF8 { titles.views(of: $0) }
    }

    /// The number of distinct titles.
    public var titleCount: Int { titles.count }

    /// All titles with their views, sorted by the bytes of the titles.
    public var sortedByTitle: [(title: String, views: Int64)] {
        var result: [(title: String, views: Int64)] = []
        result.reserveCapacity(titles.count)
        titles.forEachSorted { result.append((String(decoding: $0, as: UTF8.self), $1)) }
        return result
    }

    /// Calls `body` with all titles in UTF-8 and their views, sorted by the bytes of the titles.
    func forEachSorted(_ body: (_ title: UnsafeBufferPointer<UInt8>, _ views: Int64) throws -> Void) rethrows {
        try titles.forEachSorted(body)
    }

    /// Adds the counts of one file; `-` is standard input. Damaged lines are left out and counted in the ledger.
    ///
    /// - Parameters:
    ///   - jobs: threads for decompression, the calling one among them.
    ///   - progress: is told now and then how many stored bytes of the file are read.
    /// - Throws: `Failure` 66 when the file cannot be opened, 65 when it is in no known format, empty, or its
    ///   compression is damaged. Then part of the file may have been added.
    @discardableResult
    public mutating func add(
        path: String, jobs: Int = 1, progress: (_ storedBytes: Int64) -> Void = { _ in }
    ) throws -> PageviewLedger {
        try reader.read(path: path, jobs: jobs, into: &titles, progress: progress)
    }
}
