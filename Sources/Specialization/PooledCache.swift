import Diagnostics
import Foundation
import OrderedCollections
import QuestionSet

/// Pooled coefficients of the questions that have run: those seen last in memory, the others in a file without a name.
///
/// A plan names the same controls for many concepts; for 5,250 questions of a 7B model their coefficients take 15 GB. Where
/// the temporary folder has no room for them they are computed again: slower, and the same numbers. The last 64 MB of its
/// disk are left free: the store may stand on the same one.
final class PooledCache {
    private let capacity: Int
    private let folder: String
    private let report: (String) -> Void
    /// Number of coefficients of each layer, as in the first vectors.
    private var widths: [Int] = []
    private var recent: OrderedDictionary<QuestionID, LayerVectors> = [:]
    private var file: FileHandle?
    /// Where in the file the vectors of a question begin.
    private var offsets: [QuestionID: UInt64] = [:]
    private var end: UInt64 = 0
    /// Whether vectors are still written to the file.
    private var isWriting = true
    private static let reserve: UInt64 = 64 << 20

    /// - Parameters:
    ///   - capacity: how many questions to hold in memory.
    ///   - folder: where the file is made.
    ///   - report: told once when there is no room for more, with the reason and how many questions are held.
    init(
        capacity: Int, folder: String = NSTemporaryDirectory(), report: @escaping (String) -> Void = { _ in }
    ) {
        self.capacity = capacity
        self.folder = folder
        self.report = report
    }

    /// The vectors of a question, if they are still held.
    subscript(_ id: QuestionID) -> LayerVectors? {
        if let vectors = recent[id] { return vectors }
        guard let offset = offsets[id], let vectors = read(at: offset) else { return nil }
        return vectors
    }

    /// Holds the vectors of a question; the oldest in memory make room.
    func insert(_ new: LayerVectors, for id: QuestionID) {
        widths = new.map(\.count)
        recent.removeValue(forKey: id)
        while recent.count >= max(1, capacity), let oldest = recent.elements.first {
            recent.removeFirst()
            write(oldest.value, for: oldest.key)
        }
        recent[id] = new
    }

    // MARK: - The file

    private func write(_ vectors: LayerVectors, for id: QuestionID) {
        guard isWriting, offsets[id] == nil else { return }
        var data = Data(capacity: widths.reduce(0, +) * MemoryLayout<Double>.size)
        for layer in vectors { layer.withUnsafeBytes { data.append(contentsOf: $0) } }
        do {
            let file = try file ?? unnamedFile()
            self.file = file
            try Self.checkRoom(for: data.count, in: file)
            try file.seek(toOffset: end)
            try file.write(contentsOf: data)
            offsets[id] = end
            end += UInt64(data.count)
        } catch {
            // What is missing is computed again when it is needed.
            isWriting = false
            let reason = (error as? Failure)?.problem ?? error.localizedDescription
            report(
                "\(folder) has no room for what was measured of more than \(offsets.count + recent.count) "
                    + "questions (\(reason)): the others are run again when they are needed, which takes longer and gives the "
                    + "same results; TMPDIR names another folder")
        }
    }

    private func read(at offset: UInt64) -> LayerVectors? {
        let size = widths.reduce(0, +) * MemoryLayout<Double>.size
        guard let file, (try? file.seek(toOffset: offset)) != nil,
            let data = try? file.read(upToCount: size), data.count == size
        else { return nil }
        var start = data.startIndex
        return widths.map { width in
            defer { start += width * MemoryLayout<Double>.size }
            return [Double](unsafeUninitializedCapacity: width) { buffer, count in
                data.copyBytes(
                    to: UnsafeMutableRawBufferPointer(buffer), from: start..<start + width * MemoryLayout<Double>.size)
                count = width
            }
        }
    }

    /// A file that is gone with its handle, however the process ends.
    private func unnamedFile() throws -> FileHandle {
        var name = Array("\(folder)/specwiki-pooled-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw Failure(.outputUnavailable, String(cString: strerror(errno))) }
        unlink(name)
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    private static func checkRoom(for count: Int, in file: FileHandle) throws {
        var system = statvfs()
        guard fstatvfs(file.fileDescriptor, &system) == 0 else { return }
        let free = UInt64(system.f_bavail) * UInt64(system.f_frsize)
        guard free >= UInt64(count) + reserve else { throw Failure(.inputOutput, "\(free >> 20) MB are free") }
    }
}
