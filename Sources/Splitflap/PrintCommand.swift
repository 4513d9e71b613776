import ArgumentParser
import DashboardFiles
import Foundation

/// `splitflap print shop`: one dashboard with everything it includes, its secrets hidden.
struct PrintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "print", abstract: "Print a dashboard with everything it includes; secrets are hidden.")

  @Argument(help: "the dashboard's name")
  var name: String
  @OptionGroup var folder: FolderOptions
  @Option(help: "yaml or json (default: yaml)")
  var format: String?

  func run() throws {
    guard let format = PrintFormat(rawValue: format ?? "yaml") else {
      throw CommandFailure.usage("--format must be yaml or json, not \"\(Settings.printable(self.format ?? ""))\"")
    }
    let definitions = try folder.dashboardFolder()
    guard let printed = definitions.printed(name, as: format) else {
      let names = definitions.dashboardNames.joined(separator: ", ")
      throw CommandFailure.usage("there is no dashboard \"\(Settings.printable(name))\"; there are: \(names)")
    }
    for diagnostic in printed.diagnostics { writeToStandardError(diagnostic.render() + "\n") }
    guard let text = printed.text else { throw ExitCode(1) }
    writeToStandardOutput(text + "\n")
  }
}
