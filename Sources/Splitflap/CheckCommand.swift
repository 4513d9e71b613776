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
  @Flag(help: "go on, and report again after every change, until interrupted")
  var watch = false

  func run() throws {
    guard let format = DiagnosticFormat(rawValue: format ?? "text") else {
      throw CommandFailure.usage(
        "--format must be text, json, sarif or github, not \"\(Settings.printable(self.format ?? ""))\"")
    }
    let definitions = try folder.dashboardFolder()
    guard !watch else { return watchForever(definitions, format) }
    let result = definitions.load()
    writeToStandardOutput(format.render(result.diagnostics, files: result.files) + "\n")
    if result.hasErrors { throw ExitCode(1) }
  }

  /// Long enough that an editor's two writes count once.
  private static let interval = 0.3

  private func watchForever(_ definitions: DashboardFolder, _ format: DiagnosticFormat) {
    var changes = FolderWatch(path: definitions.path)
    while true {
      if changes.changed() {
        let result = definitions.load()
        writeToStandardOutput(format.render(result.diagnostics, files: result.files) + "\n")
      }
      Thread.sleep(forTimeInterval: Self.interval)
    }
  }
}

/// `splitflap explain E120`: a mistake with a before and an after.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Explain mistakes by their codes, or list all codes.")

  @Argument(help: "codes such as E120; all are listed if there is none")
  var codes: [String] = []

  func run() throws {
    guard !codes.isEmpty else {
      for code in DiagnosticCode.allCases { writeToStandardOutput("\(code.rawValue)  \(code.summary)\n") }
      return
    }
    let known = try codes.map { code in
      guard let known = DiagnosticCode(typed: code) else {
        throw CommandFailure.usage(
          "there is no mistake with the code \"\(Settings.printable(code))\"; splitflap explain lists all")
      }
      return known
    }
    writeToStandardOutput(known.map(\.explained).joined(separator: "\n"))
  }
}

func writeToStandardOutput(_ text: String) { try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) }
func writeToStandardError(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
