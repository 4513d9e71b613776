import ArgumentParser
import DashboardFiles
import Foundation

/// `splitflap check`: every mistake of every file at once.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Report every mistake in a folder of dashboards; exit 1 if there is one.")

  @OptionGroup var folder: FolderOptions
  @Option(help: "text, json, sarif or github (default: text)")
  var format: String?

  func run() throws {
    guard let format = DiagnosticFormat(rawValue: format ?? "text") else {
      throw CommandFailure.usage("--format must be text, json, sarif or github, not \"\(Settings.printable(self.format ?? ""))\"")
    }
    let result = try folder.dashboardFolder().load()
    writeToStandardOutput(format.render(result.diagnostics, files: result.files) + "\n")
    if result.hasErrors { throw ExitCode(1) }
  }
}

/// `splitflap explain E120`: a mistake with a before and an after.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "explain", abstract: "Explain a mistake by its code.")

  @Argument(help: "a code such as E120")
  var code: String

  func run() throws {
    guard let known = DiagnosticCode(rawValue: code.uppercased()) else {
      throw CommandFailure.usage("there is no mistake with the code \"\(Settings.printable(code))\"")
    }
    writeToStandardOutput(known.explained + "\n")
  }
}

func writeToStandardOutput(_ text: String) { try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) }
func writeToStandardError(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
