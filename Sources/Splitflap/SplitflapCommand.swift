public import ArgumentParser

/// The program: `splitflap dev`, `front`, `producer`, `check`, `healthcheck`.
public struct SplitflapCommand: AsyncParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "splitflap", abstract: "Live dashboards from definition files, for any number of screens.",
    version: "0.1.0",
    subcommands: [
      DevCommand.self, FrontCommand.self, ProducerCommand.self, CheckCommand.self, ExplainCommand.self,
      NewCommand.self, PrintCommand.self, SchemaCommand.self, PasswordCommand.self,
      HealthcheckCommand.self,
    ])

  public init() {}

  /// Runs the program with the arguments of the process and ends it: 0 done, 1 failed, 2 wrong arguments, 78 a setting
  /// does not fit. Errors are one line on standard error, never a dump.
  public static func runAndExit() async -> Never { end(await run(SplitflapCommand.self)) }

  /// Runs a program; answers its exit code.
  static func run(_ root: any ParsableCommand.Type) async -> Int32 {
    do {
      var command = try root.parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      return 0
    } catch {
      return report(error)
    }
  }

  private static func report(_ error: any Error) -> Int32 {
    if let failure = error as? CommandFailure {
      say(failure.description, as: failure.isUsage ? "try \"splitflap --help\"" : nil)
      return failure.code
    }
    let code = exitCode(for: error)
    if code == .success || error is ExitCode {
      let text = fullMessage(for: error)
      if !text.isEmpty { print(text) }
      return code.rawValue
    }
    if code == .validationFailure {
      say(message(for: error), as: "try \"splitflap --help\"")
      return 2
    }
    say("\(error)", as: nil)
    return 1
  }
}
