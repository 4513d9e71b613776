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
    tell(result, format)
    if result.hasErrors { throw ExitCode(1) }
  }

  /// How often the folder is looked at; a change counts when two looks agree about it.
  private static let interval = 0.15

  private func watchForever(_ definitions: DashboardFolder, _ format: DiagnosticFormat) {
    let clock = ContinuousClock(), start = ContinuousClock.now
    var watch = FolderWatch(path: definitions.path)
    var settling = FolderSettling(watch.look())
    tell(definitions.load(), format)
    while true {
      Thread.sleep(forTimeInterval: Self.interval)
      // A report is about all files, so it waits until every one has come to rest.
      guard settling.saw(watch.look(), now: clock.now - start) == .load(holding: []) else { continue }
      let result = definitions.load()
      if settling.loaded(holding: [], after: watch.look()) { tell(result, format) }
    }
  }

  private func tell(_ result: LoadResult, _ format: DiagnosticFormat) {
    writeToStandardOutput(format.render(result.diagnostics, files: result.files) + "\n")
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
