import Foundation
public import Logging

/// Log messages as plain lines on standard error: `warning: 3 pages skipped`. Information has no prefix.
public struct ConsoleLogHandler: LogHandler {
    /// Messages below this level are dropped.
    public var logLevel: Logger.Level
    /// Printed after the message as `key=value`.
    public var metadata: Logger.Metadata = [:]

    /// Creates a handler that shows messages from `level` up.
    public init(level: Logger.Level) {
        logLevel = level
    }

    /// Reads or sets one metadata value.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line.
    public func log(event: LogEvent) {
        let prefix = event.level == .info ? "" : "\(event.level): "
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let values = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let clear = isatty(STDERR_FILENO) == 1 ? "\r\u{1B}[K" : ""
        StandardError.write("\(clear)\(prefix)\("\(event.message)".singleLine)\(values)\n")
    }
}
