public import ArgumentParser
import Diagnostics
@preconcurrency import Foundation
@preconcurrency import Glibc

/// What both programs do around a command: signals, one-line errors, exit statuses (contract, section 1).
public enum Program {
    /// Parses the command line, runs the command and ends the process.
    ///
    /// - Parameters:
    ///   - root: the program's command with its subcommands.
    ///   - name: what an error line begins with.
    public static func run(_ root: any ParsableCommand.Type, name: String) -> Never {
        Interruption.watch()
        // Results that a pipe no longer wants end the program quietly, as usual for a filter.
        signal(SIGPIPE, SIG_DFL)
        setvbuf(stdout, nil, _IOFBF, 1 << 16)
        do {
            var command = try root.parseAsRoot()
            try command.run()
            try finishOutput()
            exit(0)
        } catch let failure as Failure {
            fflush(stdout)
            end(failure, name: name)
        } catch let error as CleanExit {
            fflush(stdout)
            root.exit(withError: error)
        } catch  where root.exitCode(for: error) == .validationFailure || root.exitCode(for: error) == .success {
            root.exit(withError: error)
        } catch {
            end(
                Failure(.internalError, "\(error)", remedy: "this is a defect of SpecWiki, please report it"),
                name: name)
        }
    }

    /// Writes out what was printed: a full disk shows only here.
    private static func finishOutput() throws {
        let isComplete = fflush(stdout) == 0
        guard isComplete, ferror(stdout) == 0 else {
            // Of an error that an earlier print met the number is gone.
            let reason = isComplete ? "" : ": \(String(cString: strerror(errno)))"
            throw Failure(.inputOutput, file: "standard output", "cannot be written\(reason)")
        }
    }

    private static func end(_ failure: Failure, name: String) -> Never {
        StandardError.write("\(name): error: \(failure)\n")
        exit(failure.kind.rawValue)
    }
}

/// Version of both programs, also written into every store.
public let specWikiVersion = "0.1.0"
