public import ArgumentParser
public import Diagnostics
public import Logging

/// Options of every subcommand of both programs.
public struct CommonOptions: ParsableArguments {
    /// Hides progress and information; warnings and errors stay.
    @Flag(name: .long, help: "Print warnings and errors only, and no progress.")
    public var quiet = false

    /// The least severe messages to print.
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Least severe messages to print: \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "level"))
    public var logLevel: Logger.Level = .info

    /// Creates the options; ArgumentParser fills them in.
    public init() {}

    /// A logger that prints to standard error.
    public var logger: Logger {
        let level = quiet ? max(logLevel, .warning) : logLevel
        return Logger(label: "specwiki") { _ in ConsoleLogHandler(level: level) }
    }

    /// How progress is shown.
    public var progressStyle: Progress.Style { .automatic(quiet: quiet) }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
