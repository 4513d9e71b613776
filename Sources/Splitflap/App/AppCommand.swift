import ArgumentParser

/// The commands of a program with dashboards of its own: those of `splitflap`, and `dev` when none is named.
struct AppCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: CommandLine.arguments.first.map { String($0.split(separator: "/").last ?? "app") } ?? "app",
    abstract: "Live dashboards written in Swift, for any number of screens.",
    subcommands: SplitflapCommand.configuration.subcommands, defaultSubcommand: DevCommand.self)
}
