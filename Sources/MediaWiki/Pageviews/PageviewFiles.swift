import Diagnostics
import Foundation

/// Which page-view files to use, and the table that is made of them.
public enum PageviewFiles {
    /// The files that count people. pageview_complete has one file per kind of agent and says so only in the file's
    /// name: `-user`, `-spider` (declared robots), `-automated` (detected ones).
    ///
    /// - Parameter notify: is told of files that are left out.
    /// - Throws: `Failure` 64 when there is no file, 65 when all of them count robots.
    public static func ofPeople(among paths: [String], notify: (PageviewNotice) -> Void = { _ in }) throws -> [String] {
        guard !paths.isEmpty else {
            throw Failure(
                .usage, "no page-view file was given", remedy: "name a file such as pageviews-202105-user.bz2")
        }
        let robots = paths.filter(isOfRobots)
        guard robots.count < paths.count else {
            throw Failure(
                .badData, file: robots.first, "counts robots, not readers",
                remedy: "use the file of the same month whose name has -user")
        }
        for path in robots {
            let text = Failure(.badData, file: path, "counts robots, not readers: left out").description
            notify(PageviewNotice(text: text, isWarning: true))
        }
        return paths.filter { !isOfRobots($0) }
    }

    /// Writes `title TAB views`, sorted by the bytes of the titles, to `output` (`-` is standard output): the whole of
    /// `specwiki-build pageviews`. A file appears whole or not at all.
    ///
    /// - Parameters:
    ///   - progressStyle: how progress is shown.
    ///   - notify: is told what was read and left out.
    public static func writeTable(
        of paths: [String], project: String, to output: String,
        progressStyle: Diagnostics.Progress.Style = .quiet, notify: (PageviewNotice) -> Void = { _ in }
    ) throws {
        let total = try totalBytes(of: ofPeople(among: paths))
        let progress = Diagnostics.Progress(
            "counting", total: total.map { Double($0) / 1e6 }, unit: "MB", style: progressStyle)
        defer { progress.finish() }
        let counter = try PageviewCounter(
            paths: paths, project: project, jobs: ProcessInfo.processInfo.activeProcessorCount,
            notify: notify, progress: { progress.update(Double($0) / 1e6) })
        if output == "-" {
            try write(counter, to: LineWriter(standardOutput: ()))
        } else {
            try OutputFile.create(at: output) { temporaryPath in
                try write(counter, to: LineWriter(path: temporaryPath, name: output))
            }
        }
    }

    /// The stored size of all files; nil when one of them is a pipe.
    ///
    /// - Throws: `Failure` 66 if one of them cannot be read, before hours are spent on the others.
    public static func totalBytes(of paths: [String]) throws -> Int64? {
        try InputFile.totalSize(of: paths)
    }

    private static func write(_ counter: PageviewCounter, to writer: LineWriter) throws {
        var line: [UInt8] = []
        try counter.forEachSorted { title, views in
            line.removeAll(keepingCapacity: true)
            line += title
            line.append(0x09)
            line += String(views).utf8
            try writer.write(line: line)
        }
        try writer.close()
    }

    private static func isOfRobots(_ path: String) -> Bool {
        let parts = (path as NSString).lastPathComponent.lowercased().split { "-._".contains($0) }
        return parts.contains("spider") || parts.contains("automated")
    }
}
