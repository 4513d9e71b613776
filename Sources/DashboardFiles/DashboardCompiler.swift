package import DashboardModel

/// One file's text → its definition, or every mistake in it.
package struct DashboardCompiler: Sendable {
  /// A definition file is at most this long.
  package static let mostBytes = 1 << 20
  /// Addresses of the platform itself.
  package static let reservedNames = ["api", "assets", "health", "widgets"]

  private let insertions: Insertions
  private let programs = CheckedPrograms()

  package init(environment: [String: String] = [:], secretsFolder: String? = nil) {
    insertions = Insertions(environment: environment, secretsFolder: secretsFolder)
  }

  /// Compiles the text of `file`, whose last part without its ending is the dashboard's name. Diagnostics are sorted;
  /// warnings may come with a definition.
  package func compile(text bytes: [UInt8], file: String) -> (DashboardDefinition?, [Diagnostic]) {
    let name = Self.name(of: file)
    var diagnostics = Self.nameProblem(name, file: file).map { [$0] } ?? []
    let isNamed = diagnostics.isEmpty
    guard let source = Self.decode(bytes, file, &diagnostics) else { return (nil, diagnostics) }
    let (root, problems) = YAMLReader.read(source)
    diagnostics += problems
    guard let root else { return (nil, diagnostics.sorted()) }
    var compiler = FileCompiler(
      source: source, insertions: insertions, programs: programs, hasLostKeys: problems.contains { $0.code == .badKey })
    let definition = compiler.compile(root, name: name)
    diagnostics += compiler.diagnostics
    return (isNamed && problems.isEmpty ? definition : nil, diagnostics.sorted())
  }

  /// `dashboards/shop.yml` → `shop`.
  package static func name(of file: String) -> String {
    let last = file.split(separator: "/").last ?? ""
    return String(last.lastIndex(of: ".").map { last[..<$0] } ?? last)
  }

  private static func nameProblem(_ name: String, file: String) -> Diagnostic? {
    if reservedNames.contains(name) {
      return Diagnostic(.badDashboardName, file: file, "\"\(name)\" is an address of the platform itself",
        hint: "rename the file")
    }
    guard !PageKey.isValidName(name) else { return nil }
    return Diagnostic(.badDashboardName, file: file, "\"\(name.shortened)\" cannot be the name of a dashboard",
      hint: "rename the file: small letters, digits, \"-\" and \"_\", at most 64")
  }

  private static func decode(_ bytes: [UInt8], _ file: String, _ diagnostics: inout [Diagnostic]) -> SourceText? {
    guard bytes.count <= mostBytes else {
      diagnostics.append(Diagnostic(.unreadableFile, file: file, "the file is longer than 1 MiB"))
      return nil
    }
    let withoutMark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      diagnostics.append(Diagnostic(.notText, file: file, "the file is UTF-16", hint: "save it as UTF-8"))
      return nil
    }
    guard let text = String(validating: withoutMark, as: UTF8.self) else {
      let source = SourceText(file: file, text: String(decoding: withoutMark, as: UTF8.self))
      diagnostics.append(Diagnostic(.notText, in: source, at: place(of: "\u{FFFD}", in: source),
        "the file is not UTF-8", hint: "save it as UTF-8"))
      return nil
    }
    let source = SourceText(file: file, text: text)
    guard let control = source.lines.joined().first(where: isForbidden) else { return source }
    diagnostics.append(Diagnostic(.notText, in: source, at: place(of: control, in: source),
      control == "\0" ? "a NUL character" : "a control character"))
    return nil
  }

  private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x85: false
    case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: true
    default: false
    }
  }

  private static func place(of scalar: Unicode.Scalar, in source: SourceText) -> Place {
    for (index, line) in source.lines.enumerated() {
      if let column = line.firstIndex(of: scalar) { return Place(line: index + 1, column: column + 1) }
    }
    return .start
  }
}
