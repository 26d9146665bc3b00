import Foundation
import OrderedCollections
import QuestionSet

/// Pooled coefficients of the questions that have run: those seen last in memory, the others in a file without a name.
///
/// A plan names the same controls for many concepts; for 5,250 questions of a 7B model their coefficients take 15 GB. Where
/// the temporary folder has no room for them they are computed again: slower, and the same numbers.
final class PooledCache {
    private let capacity: Int
    /// Number of coefficients of each layer, as in the first vectors.
    private var widths: [Int] = []
    private var recent: OrderedDictionary<QuestionID, LayerVectors> = [:]
    private var file: FileHandle?
    /// Where in the file the vectors of a question begin.
    private var offsets: [QuestionID: UInt64] = [:]
    private var end: UInt64 = 0

    /// - Parameter capacity: how many questions to hold in memory.
    init(capacity: Int) {
        self.capacity = capacity
        file = Self.unnamedFile()
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
        guard let file, offsets[id] == nil else { return }
        var data = Data(capacity: widths.reduce(0, +) * MemoryLayout<Double>.size)
        for layer in vectors { layer.withUnsafeBytes { data.append(contentsOf: $0) } }
        do {
            try file.seek(toOffset: end)
            try file.write(contentsOf: data)
            offsets[id] = end
            end += UInt64(data.count)
        } catch {
            // No room, most likely. What is missing is computed again when it is needed.
            self.file = nil
            offsets = [:]
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

    /// A file that is gone with its handle, however the process ends; nil where none can be made.
    private static func unnamedFile() -> FileHandle? {
        var name = Array("\(NSTemporaryDirectory())/specwiki-pooled-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { return nil }
        unlink(name)
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }
}
