package import DashboardModel

/// One file's text, and what it includes → its definition, or every mistake in it.
package struct DashboardCompiler: Sendable {
  /// A definition file is at most this long, and so is a dashboard with everything it includes.
  package static let mostBytes = 1 << 20
  /// Addresses of the platform itself.
  package static let reservedNames = ["api", "assets", "health", "widgets"]

  private let insertions: Insertions
  private let includes: IncludeFolder?
  private let programs = CheckedPrograms()

  /// `folder` is where included files lie; without it nothing can be included.
  package init(environment: [String: String] = [:], secretsFolder: String? = nil, folder: String? = nil) {
    insertions = Insertions(environment: environment, secretsFolder: secretsFolder)
    includes = folder.map(IncludeFolder.init)
  }

  /// Compiles the text of `file`, whose last part without its ending is the dashboard's name. Diagnostics are sorted;
  /// warnings may come with a definition.
  package func compile(text bytes: [UInt8], file: String) -> (DashboardDefinition?, [Diagnostic]) {
    let compiled = compile(read(bytes, file: file), file: file)
    return (compiled.definition, compiled.diagnostics)
  }

  /// One file with everything it includes, as one tree; nothing is checked yet. `parts` are what it includes, if they
  /// are not to be read from the folder.
  func read(_ bytes: [UInt8], file: String, parts: [String: [UInt8]]? = nil) -> IncludeReader {
    var folder = includes
    folder?.contents = parts
    var reader = IncludeReader(folder: folder)
    reader.read(bytes, file: file)
    return reader
  }

  /// Compiles what was read; definition and sorted diagnostics.
  func compile(_ read: IncludeReader, file: String) -> (definition: DashboardDefinition?, diagnostics: [Diagnostic]) {
    let name = Self.name(of: file)
    let naming = Self.problem(withName: name, file: file)
    var diagnostics = read.diagnostics + (naming.map { [$0] } ?? [])
    guard let root = read.root, let texts = read.texts else { return (nil, diagnostics.sorted()) }
    var compiler = FileCompiler(
      texts: texts, insertions: insertions, programs: programs, hasLostKeys: read.hasLostKeys,
      isIncomplete: read.isIncomplete)
    let definition = compiler.compile(root, name: name)
    // What was mended to read on is told already.
    let mended = read.diagnostics.filter { $0.replacement != nil }
    diagnostics += compiler.told.list.filter { told in
      !mended.contains { $0.file == told.file && $0.line == told.line && $0.scalarColumns.contains(told.scalarColumns.lowerBound) }
    }
    return (naming == nil && read.diagnostics.isEmpty ? definition : nil, diagnostics.sorted())
  }

  /// Another number when one of these secrets is another; it means nothing outside this process.
  func digest(of secrets: Set<String>) -> Int {
    var hasher = Hasher()
    for name in secrets.sorted() { hasher.combine(insertions.secret(name)) }
    return hasher.finalize()
  }

  /// Compiles many jq programs at once, which takes little longer than one.
  func prepare(programs list: [String]) { _ = programs.verdicts(on: list, mostWrong: 10 * CheckedPrograms.mostWrong) }

  /// `dashboards/shop.yml` → `shop`.
  package static func name(of file: String) -> String {
    let last = file.split(separator: "/").last ?? ""
    return String(last.lastIndex(of: ".").map { last[..<$0] } ?? last)
  }

  /// Why a dashboard cannot have a name; `nil` if it can.
  package static func problem(withName name: String, file: String) -> Diagnostic? {
    if reservedNames.contains(name) {
      return Diagnostic(.badDashboardName, file: file, "\"\(name)\" is an address of the platform itself",
        hint: "rename the file")
    }
    guard !PageKey.isValidName(name) else { return nil }
    return Diagnostic(.badDashboardName, file: file, "\"\(name.shortened)\" cannot be the name of a dashboard",
      hint: "rename the file: small letters, digits, \"-\" and \"_\", at most 64")
  }
}
