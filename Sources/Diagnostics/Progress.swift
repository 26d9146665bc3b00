import Foundation
import Synchronization

/// A progress line on standard error: a bar on a terminal, a plain line now and then elsewhere, nothing when quiet.
///
/// Safe to call from several threads. Writes at most ten times a second on a terminal and every ten seconds elsewhere.
public final class Progress: Sendable {
    /// Where and whether progress is shown.
    public enum Style: Sendable {
        /// A bar that redraws itself.
        case terminal
        /// A line every ten seconds.
        case plain
        /// Nothing.
        case quiet

        /// `.terminal` when standard error is one, `.plain` when not, `.quiet` when asked for.
        public static func automatic(quiet: Bool) -> Style {
            quiet ? .quiet : isatty(STDERR_FILENO) == 1 ? .terminal : .plain
        }
    }

    private struct State {
        var done: Double
        var detail = ""
        var counted: (number: Int, noun: String)?
        var lastDrawn: Double
        var isFinished = false
    }

    private let label: String
    private let unit: String
    private let total: Double?
    private let style: Style
    private let start: Double
    private let startDone: Double
    private let state: Mutex<State>

    /// Begins a stage.
    ///
    /// - Parameters:
    ///   - label: what is being done, e.g. "reading".
    ///   - total: the amount of work, if known; gives percentage and time left.
    ///   - unit: what is counted, e.g. "MB", "concepts".
    ///   - done: work that was finished before (a resumed run), left out of the rate.
    public init(_ label: String, total: Double?, unit: String, done: Double = 0, style: Style) {
        self.label = label
        self.unit = unit
        self.total = total
        self.style = style
        start = Self.now()
        startDone = done
        state = Mutex(State(done: done, lastDrawn: start - (style == .terminal ? 1 : 0)))
    }

    /// Sets the amount of finished work.
    ///
    /// - Parameters:
    ///   - detail: shown at the end of the line.
    ///   - counted: a second count, shown with its rate: "47386 pages  6120 pages/s".
    public func update(_ done: Double, detail: String = "", counted: (number: Int, noun: String)? = nil) {
        guard style != .quiet else { return }
        state.withLock { state in
            state.done = done
            state.detail = detail
            state.counted = counted
            let now = Self.now()
            guard now - state.lastDrawn >= (style == .terminal ? 0.1 : 10) else { return }
            state.lastDrawn = now
            draw(state, now)
        }
    }

    /// Clears the bar (terminal) so that other output starts on an empty line. Call when the stage ends.
    public func finish() {
        guard style == .terminal else { return }
        state.withLock { state in
            guard !state.isFinished else { return }
            state.isFinished = true
            write("\r\u{1B}[K")
        }
    }

    /// Seconds before a time left is shown.
    private static let leastElapsed = 1.0

    private func draw(_ state: State, _ now: Double) {
        let elapsed = now - start
        let rate = elapsed > 0 ? (state.done - startDone) / elapsed : 0
        var line = label
        if let total, total > 0 {
            let share = min(1, max(0, state.done / total))
            if style == .terminal {
                let filled = Int(share * 24)
                line += " [" + String(repeating: "=", count: filled) + String(repeating: " ", count: 24 - filled) + "]"
            }
            line += String(format: " %3.0f%%  %@/%@ %@", share * 100, number(state.done), number(total), unit)
        } else {
            line += " \(number(state.done)) \(unit)"
        }
        line += "  \(number(rate)) \(unit)/s"
        // The first moments say nothing of the rest: a dump of seconds would begin with hours.
        if let total, rate > 0, elapsed >= Self.leastElapsed, state.done < total {
            line += "  \(duration((total - state.done) / rate)) left"
        }
        if let (count, noun) = state.counted {
            line += "  \(count) \(noun)"
            if elapsed > 0 { line += "  \(number((Double(count) / elapsed).rounded())) \(noun)/s" }
        }
        if !state.detail.isEmpty { line += "  \(state.detail)" }
        // A line that wraps could not be drawn over: it ends at the terminal's edge.
        write(style == .terminal ? "\r\(line.prefix(Self.terminalWidth() - 1))\u{1B}[K" : line + "\n")
    }

    private func number(_ value: Double) -> String {
        value < 10 && value != value.rounded() ? String(format: "%.1f", value) : String(format: "%.0f", value)
    }

    private func duration(_ seconds: Double) -> String {
        let whole = Int(min(seconds, 1e7).rounded(.up))
        return whole < 60
            ? "\(whole) s"
            : whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
    }

    private func write(_ text: String) {
        StandardError.write(text)
    }

    /// Columns of the terminal; 80 where it does not tell.
    private static func terminalWidth() -> Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else { return 80 }
        return Int(size.ws_col)
    }

    private static func now() -> Double {
        Double(DispatchTime.now().uptimeNanoseconds) / 1e9
    }
}
