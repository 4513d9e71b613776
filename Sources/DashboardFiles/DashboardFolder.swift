package import DashboardModel
import FoundationEssentials

/// A folder of definition files: `*.yml` and `*.yaml` right inside it. Folders below it hold what they include.
package struct DashboardFolder: Sendable {
  package static let mostFiles = 500

  package let path: String
  private let compiler: DashboardCompiler
  private let memory = CompiledFiles()

  package init(path: String, environment: [String: String] = [:], secretsFolder: String? = nil) {
    self.path = path
    compiler = DashboardCompiler(environment: environment, secretsFolder: secretsFolder, folder: path)
  }

  /// Reads every file, then compiles those that changed since the last load. Nothing is said of dashboards whose file,
  /// or a file that they include, is among `held`, by its path below the folder: it is being written just now.
  package func load(holding held: Set<String> = []) -> LoadResult {
    guard let names = Self.fileNames(in: path) else {
      let missing = Diagnostic(.unreadableFile, file: path, "there is no folder of this name, or it cannot be read")
      return LoadResult(dashboards: [], diagnostics: [missing], files: 0, hasFolder: false)
    }
    var result = LoadResult(dashboards: [], diagnostics: [], files: names.count)
    if names.count > Self.mostFiles {
      result.diagnostics.append(
        Diagnostic(.unreadableFile, file: path, "more than \(Self.mostFiles) definition files in one folder"))
    }
    result.held = Set(held.filter { !$0.contains("/") }.map(DashboardCompiler.name))
    let files = compile(names.prefix(Self.mostFiles).map { DefinitionFile(file(named: $0)) })
    result.held.formUnion(files.filter { !held.isDisjoint(with: $0.inputs.keys) }.map(\.dashboard))
    var owners: [String: String] = [:], told: [ToldMistake] = []
    for file in files where !result.held.contains(file.dashboard) { told += add(file, &result, &owners) }
    result.add(told)
    // Nobody looked at these; what is wrong with them is that they are too many.
    result.add(unread: Set(names.dropFirst(Self.mostFiles).map(DashboardCompiler.name)).subtracting(result.held))
    return result
  }

  private func file(named name: String) -> String { path.hasSuffix("/") ? path + name : "\(path)/\(name)" }

  /// Reading comes first for all, so that the programs of all files are compiled in a few pieces.
  private func compile(_ files: [DefinitionFile]) -> [DefinitionFile] {
    var files = files
    for index in files.indices { read(&files[index]) }
    compiler.prepare(programs: files.flatMap { $0.reader?.programs ?? [] })
    for index in files.indices {
      guard let reader = files[index].reader else { continue }
      (files[index].definition, files[index].diagnostics) = compiler.compile(reader, file: files[index].path)
    }
    for index in files.indices { files[index].inputs = files[index].reader?.inputs ?? files[index].inputs }
    memory.keep(files)
    return files
  }

  private func read(_ file: inout DefinitionFile) {
    switch bytes(of: file.path) {
    case .failure(let diagnostic): file.diagnostics = [diagnostic]
    case .success(let bytes):
      if let known = memory.file(file.path, bytes: bytes, folder: IncludeFolder(path), compiler) {
        file = known
        return
      }
      file.bytes = bytes
      file.take(compiler.read(bytes, file: file.path), compiler)
    }
  }

  /// Takes one file's dashboard over; answers what is wrong with it.
  private func add(
    _ file: DefinitionFile, _ result: inout LoadResult, _ owners: inout [String: String]
  ) -> [ToldMistake] {
    let dashboard = file.dashboard
    if let owner = owners[dashboard] {
      result.dashboards.removeAll { $0.name == dashboard }
      result.originals[dashboard] = nil
      let twice = Diagnostic(
        .badDashboardName, file: file.path, "the dashboard \"\(dashboard)\" is already described by \(owner)",
        hint: "rename or delete one of the two")
      return [ToldMistake(twice, of: dashboard)]
    }
    owners[dashboard] = file.path
    if let definition = file.definition {
      result.dashboards.append(definition)
      result.originals[dashboard] = KeptDefinition(file)
    }
    return file.diagnostics.map { ToldMistake($0, of: dashboard) }
  }

  private func bytes(of file: String) -> Result<[UInt8], Diagnostic> {
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
    return names.filter { !$0.hasPrefix(".") && isDefinition($0) }.sorted()
  }

  static func isDefinition(_ name: String) -> Bool { name.hasSuffix(".yml") || name.hasSuffix(".yaml") }
}

extension DashboardFolder {
  /// The dashboard with everything it includes, as one text with its secrets hidden; no text if it has errors, `nil` if
  /// there is no such dashboard.
  package func printed(_ name: String, as format: PrintFormat) -> (text: String?, diagnostics: [Diagnostic])? {
    let names = Self.fileNames(in: path) ?? []
    guard let found = names.first(where: { DashboardCompiler.name(of: $0) == name }) else { return nil }
    let file = file(named: found)
    switch bytes(of: file) {
    case .failure(let diagnostic): return (nil, [diagnostic])
    case .success(let bytes):
      let reader = compiler.read(bytes, file: file)
      let (definition, diagnostics) = compiler.compile(reader, file: file)
      guard definition != nil, let root = reader.root else { return (nil, diagnostics) }
      return (format.text(of: Redaction.applied(to: root)), diagnostics)
    }
  }

  /// What files that were kept say today; `nil` if they have a mistake by now, such as a secret that is gone.
  package func compile(_ kept: KeptDefinition) -> DashboardDefinition? {
    let file = file(named: kept.file)
    return compiler.compile(compiler.read(kept.text, file: file, parts: kept.parts), file: file).definition
  }

  /// The names of the dashboards that the folder has a file for.
  package var dashboardNames: [String] { (Self.fileNames(in: path) ?? []).map(DashboardCompiler.name) }
}
