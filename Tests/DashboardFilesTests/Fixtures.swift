import DashboardFiles
import DashboardModel
import Foundation

/// Where the test files are, and the shortest way to compile a text.
enum Fixtures {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let dashboards = root.appending(path: "dashboards")
  static let broken = root.appending(path: "Tests/Fixtures/broken")

  static let environment = ["HOST": "db one", "PORT": "8080", "WORD": "words", "API_TOKEN": "canary-5d1f",
    "BUILDS_TOKEN": "canary-90c2"]

  /// Files of the corpus may include what lies in `broken/parts`.
  static let compiler = DashboardCompiler(environment: environment, folder: broken.path)

  static func compile(_ text: String, file: String = "dashboards/test.yml") -> (DashboardDefinition?, [Diagnostic]) {
    compiler.compile(text: Array(text.utf8), file: file)
  }

  static func files(in folder: URL, ending: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(ending) }.sorted()
  }

  static func bytes(_ file: URL) throws -> [UInt8] { Array(try Data(contentsOf: file)) }

  /// A folder that is gone after the body.
  static func withFolder<T>(_ files: [String: String], _ body: (String) throws -> T) throws -> T {
    let folder = FileManager.default.temporaryDirectory.appending(path: "splitflap-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
    return try body(folder.path)
  }
}
