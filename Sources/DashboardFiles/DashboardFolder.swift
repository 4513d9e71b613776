package import DashboardModel
import FoundationEssentials

/// What a folder holds: the dashboards without errors, and all mistakes of all files, sorted.
package struct LoadResult: Sendable {
  package var dashboards: [DashboardDefinition]
  package var diagnostics: [Diagnostic]
  /// How many files were looked at.
  package var files: Int

  package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

/// A folder of definition files: `*.yml` and `*.yaml` right inside it.
package struct DashboardFolder: Sendable {
  package static let mostFiles = 500

  package let path: String
  private let compiler: DashboardCompiler

  package init(path: String, environment: [String: String] = [:], secretsFolder: String? = nil) {
    self.path = path
    compiler = DashboardCompiler(environment: environment, secretsFolder: secretsFolder)
  }

  package func load() -> LoadResult {
    guard let names = Self.fileNames(in: path) else {
      let missing = Diagnostic(.unreadableFile, file: path, "there is no folder of this name, or it cannot be read")
      return LoadResult(dashboards: [], diagnostics: [missing], files: 0)
    }
    var result = LoadResult(dashboards: [], diagnostics: [], files: names.count)
    if names.count > Self.mostFiles {
      result.diagnostics.append(
        Diagnostic(.unreadableFile, file: path, "more than \(Self.mostFiles) definition files in one folder"))
    }
    var owners: [String: String] = [:]
    for name in names.prefix(Self.mostFiles) { load(name, &result, &owners) }
    result.diagnostics.sort()
    return result
  }

  private func load(_ name: String, _ result: inout LoadResult, _ owners: inout [String: String]) {
    let file = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
    let dashboard = DashboardCompiler.name(of: name)
    if let owner = owners[dashboard] {
      result.diagnostics.append(
        Diagnostic(.badDashboardName, file: file, "the dashboard \"\(dashboard)\" is already described by \(owner)",
          hint: "rename or delete one of the two"))
      result.dashboards.removeAll { $0.name == dashboard }
      return
    }
    owners[dashboard] = file
    switch read(file) {
    case .success(let bytes):
      let (definition, diagnostics) = compiler.compile(text: bytes, file: file)
      result.diagnostics += diagnostics
      if let definition { result.dashboards.append(definition) }
    case .failure(let diagnostic): result.diagnostics.append(diagnostic)
    }
  }

  private func read(_ file: String) -> Result<[UInt8], Diagnostic> {
    if Self.leadsOutside(file, of: path) {
      return .failure(Diagnostic(.unreadableFile, file: file, "the file leads outside the definitions folder"))
    }
    return RegularFile.contents(of: file, limit: DashboardCompiler.mostBytes).mapError { failure in
      let message =
        switch failure {
        case .missing: "the file cannot be found"
        case .denied: "the file may not be read"
        case .notAFile: "this is not a plain file"
        case .tooLarge: "the file is longer than 1 MiB"
        }
      return Diagnostic(.unreadableFile, file: file, message)
    }
  }

  /// The definition files' names in order; `nil` if the folder cannot be read. Hidden files are editors' business.
  static func fileNames(in path: String) -> [String]? {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return nil }
    return names.filter { !$0.hasPrefix(".") && ($0.hasSuffix(".yml") || $0.hasSuffix(".yaml")) }.sorted()
  }
}
