@preconcurrency import Glibc
import Synchronization

/// Ctrl-C and SIGTERM as a flag that long work looks at between two steps.
///
/// The signal handler only sets the flag, so that no output is ever left half written: the work that notices it throws
/// and its owners clean up. A second signal ends the process at once.
public enum Interruption {
    private static let received = Atomic<Int32>(0)

    /// Installs the handlers. Call once, before the work starts.
    public static func watch() {
        received.store(0, ordering: .relaxed)
        // A parent that starts us from a thread with blocked signals hands its mask on: without this Ctrl-C would not arrive.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM] {
            signal(number, handleInterruption)
            sigaddset(&signals, number)
        }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    /// Whether a signal has arrived.
    public static var isRequested: Bool { received.load(ordering: .relaxed) != 0 }

    /// Throws when a signal has arrived.
    ///
    /// - Parameter kind: `.interrupted` for work that leaves nothing, `.interruptedResumable` for a run.
    public static func check(_ kind: Failure.Kind = .interrupted) throws {
        guard isRequested else { return }
        switch kind {
        case .interruptedResumable:
            throw Failure(
                kind, "interrupted; finished work is stored", remedy: "run the same command again to continue")
        default:
            throw Failure(kind, "interrupted; no output was written")
        }
    }

    fileprivate static func note(_ number: Int32) {
        if received.exchange(number, ordering: .relaxed) != 0 { _exit(130) }
    }
}

/// A C signal handler must be a plain function; it touches nothing but one atomic.
private func handleInterruption(_ number: Int32) {
    Interruption.note(number)
}
