import Foundation

/// Messages and progress.
public enum StandardError {
    /// Writes a text, as far as it can be written.
    ///
    /// A log on a full disk must not end the work that it is about, and there is nowhere else to say so.
    public static func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
