import ArgumentParser
import DashboardFiles

/// `splitflap schema`: what an editor needs to complete and check definition files while people type.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of definition files, for editors.")

  @Flag(help: "print the reference of all options as Markdown instead")
  var markdown = false

  func run() throws {
    if markdown {
      writeToStandardOutput(DashboardFiles.Settings.reference)
    } else {
      writeToStandardOutput(String(decoding: DashboardFiles.Settings.schema.encoded, as: UTF8.self) + "\n")
    }
  }
}
