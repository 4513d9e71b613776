/// Reads a definition file and everything it includes into one tree.
///
/// Included files are parsed first and merged as trees, so every value keeps the place where it was written: later
/// files of a list lie over earlier ones, and the including file lies over them all (``YAMLValue/merged(over:)``).
/// Paths begin in the definitions folder, wherever the including file lies.
struct IncludeReader: Sendable {
  static let mostIncludes = 64
  static let deepest = 8

  private let folder: IncludeFolder?
  private(set) var root: YAMLValue?
  private(set) var texts: SourceTexts?
  private(set) var diagnostics: [Diagnostic] = []
  private(set) var hasLostKeys = false
  /// True when something to be included could not be read.
  private(set) var isIncomplete = false
  /// What was read, by name below the folder; `nil` for what could not be.
  private(set) var inputs: [String: [UInt8]?] = [:]
  /// The files under way, outermost first.
  private var chain: [String] = []
  private var count = 0
  private var bytesLeft = DashboardCompiler.mostBytes
  private var budget = YAMLReader.mostValues
  private var shownFolder = ""

  init(folder: IncludeFolder?) { self.folder = folder }

  mutating func read(_ bytes: [UInt8], file: String) {
    let last = file.split(separator: "/").last.map(String.init) ?? file
    shownFolder = String(file.dropLast(last.count))
    chain = [last]
    bytesLeft -= min(bytesLeft, bytes.count)
    do throws(Diagnostic) {
      let source = try SourceText(decoding: bytes, file: file)
      texts = SourceTexts(source)
      root = tree(of: source, number: 0)
    } catch {
      diagnostics.append(error)
    }
  }

  private mutating func tree(of source: SourceText, number: Int) -> YAMLValue? {
    let (root, problems) = YAMLReader.read(source, budget: &budget)
    add(problems, notes: texts?.notes(on: number) ?? [])
    hasLostKeys = hasLostKeys || problems.contains { $0.code == .badKey }
    guard let root = number == 0 ? root : root?.inFile(number) else { return nil }
    guard var own = root.entries else { return root }
    guard let index = own.firstIndex(where: { $0.key == "include" }) else { return root }
    let included = own.remove(at: index)
    var base = YAMLValue(kind: .map([]), place: root.place)
    for (path, place) in paths(included.value) {
      if let tree = include(path, at: place) { base = tree.merged(over: base) } else { isIncomplete = true }
    }
    return YAMLValue(kind: .map(own), place: root.place).merged(over: base)
  }

  private mutating func paths(_ value: YAMLValue) -> [(String, Place)] {
    if let scalar = value.scalar { return [(scalar.text, value.place)] }
    guard case .list(let elements) = value.kind, !elements.isEmpty else {
      report(.wrongKind, value.place, "\"include\" takes \(Setting.Kind.includes.noun), found \(value.description)",
        hint: "such as include: parts/sources.yml")
      isIncomplete = true
      return []
    }
    return elements.compactMap { element in
      if let scalar = element.scalar { return (scalar.text, element.place) }
      report(.wrongKind, element.place, "the path of a file is wanted here, found \(element.description)")
      isIncomplete = true
      return nil
    }
  }

  private mutating func include(_ path: String, at place: Place) -> YAMLValue? {
    do throws(Mistake) {
      let name = try check(path)
      let bytes = try contents(of: name)
      return try tree(of: bytes, name: name, at: place)
    } catch {
      report(error.code, place, error.message, hint: error.hint)
      return nil
    }
  }

  /// The path without `.`, if it may be included here.
  private mutating func check(_ path: String) throws(Mistake) -> String {
    do throws(Mistake) {
      _ = try Scalars.path(path)
    } catch {
      throw Mistake(.badInclude, error.message, hint: error.hint == nil ? nil : Self.pathHint(path))
    }
    let name = path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    guard DashboardFolder.isDefinition(name) else {
      throw Mistake(.badInclude, "an included file ends in .yml or .yaml")
    }
    if let first = chain.firstIndex(of: name) {
      let circle = (chain[first...] + [name]).joined(separator: " → ")
      throw Mistake(.badInclude, chain.count == 1 ? "the file includes itself" : "these files include each other",
        hint: circle)
    }
    guard chain.count <= Self.deepest else {
      throw Mistake(.badInclude, "files include each other deeper than \(Self.deepest)")
    }
    count += 1
    guard count <= Self.mostIncludes else {
      throw Mistake(.badInclude, "a dashboard includes at most \(Self.mostIncludes) files")
    }
    return name
  }

  private static func pathHint(_ path: String) -> String {
    path.contains("..") ? "leave out \"..\": every path begins in the definitions folder" : "such as parts/sources.yml"
  }

  private mutating func contents(of name: String) throws(Mistake) -> [UInt8] {
    guard let folder else { throw Mistake(.badInclude, "nothing can be included here") }
    inputs[name] = .some(nil)
    let bytes = try folder.read(name)
    inputs[name] = bytes
    guard bytes.count <= bytesLeft else {
      throw Mistake(.badInclude, "the dashboard with all it includes is longer than 1 MiB")
    }
    bytesLeft -= bytes.count
    return bytes
  }

  private mutating func tree(of bytes: [UInt8], name: String, at place: Place) throws(Mistake) -> YAMLValue? {
    let source: SourceText
    do throws(Diagnostic) {
      source = try SourceText(decoding: bytes, file: shownFolder + name)
    } catch {
      add([error], notes: texts?.notes(askedAt: place) ?? [])
      return nil
    }
    guard let number = texts?.add(source, askedAt: place) else { return nil }
    chain.append(name)
    defer { chain.removeLast() }
    guard let tree = tree(of: source, number: number) else { return nil }
    guard tree.entries != nil else {
      report(.wrongKind, tree.place, "an included file is a map of options, found \(tree.description)",
        hint: "such as sources: { count: { type: counter } }")
      return nil
    }
    return tree
  }

  private mutating func add(_ problems: [Diagnostic], notes: [Diagnostic.Note]) {
    diagnostics += problems.map { problem in
      var problem = problem
      problem.notes = notes
      return problem
    }
  }

  private mutating func report(_ code: DiagnosticCode, _ place: Place, _ message: String, hint: String? = nil) {
    if let texts { diagnostics.append(texts.diagnostic(code, at: place, message, hint: hint)) }
  }
}
