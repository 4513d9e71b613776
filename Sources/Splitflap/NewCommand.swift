import ArgumentParser
import DashboardFiles
import Foundation

/// `splitflap new shop`: a dashboard that works at once, without a network.
struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Write a new dashboard that works offline; never replaces a file.")

  @Argument(help: "the dashboard's name, which is its address too")
  var name: String
  @Argument(help: "folder of the definition files [SPLITFLAP_DASHBOARDS] (default: dashboards)")
  var folder: String?

  func run() throws {
    let shown = Settings.printable(name)
    if let problem = DashboardCompiler.problem(withName: name, file: name) {
      throw CommandFailure.usage("\(problem.message); \(Self.rule)")
    }
    let path = Settings.value(folder, "SPLITFLAP_DASHBOARDS") ?? "dashboards"
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure.failed("the folder \"\(Settings.printable(path))\" cannot be made")
    }
    for ending in ["yml", "yaml"] where FileManager.default.fileExists(atPath: "\(path)/\(name).\(ending)") {
      throw CommandFailure.failed("there is already a dashboard \"\(shown)\" in \(Settings.printable(path))")
    }
    let file = "\(path)/\(name).yml"
    do {
      // Exclusive: a file that came between the look and the writing stays as it is.
      try Data(DashboardScaffold.text(name: name).utf8)
        .write(to: URL(fileURLWithPath: file), options: .withoutOverwriting)
    } catch {
      throw CommandFailure.failed("\(Settings.printable(file)) cannot be written")
    }
    writeToStandardOutput("\(Settings.printable(file)) written. See it: splitflap dev \(Settings.printable(path))\n")
  }

  private static let rule = "small letters, digits, \"-\" and \"_\", at most 64"
}
