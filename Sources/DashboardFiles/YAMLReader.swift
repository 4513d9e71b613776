import Yams

/// Text → values with places, by way of Yams' nodes.
///
/// Yams gives up at the first key that stands twice in a map. To name all of them, and to go on checking, the first of
/// two equal keys is made different in memory, by as many characters as it had, until the file composes; its true name
/// is put back when the node is read. Composing a large file is dear: the others of its map are looked for at once.
struct YAMLReader {
  static let mostValues = 100_000
  private static let mostDuplicates = 20

  let source: SourceText
  private var told = DiagnosticList()
  private var mending: YAMLMending
  private var renamed: [Position: String] = [:]
  private var budget: Int
  private var overflowed = false

  private struct Position: Hashable { var line: Int, column: Int }

  /// The whole file; `nil` with diagnostics when there is nothing to go on with. `budget` is how many values may still
  /// be read, over all files that belong together.
  static func read(_ source: SourceText, budget: inout Int) -> (YAMLValue?, [Diagnostic]) {
    if let problem = YAMLPrescan.problem(in: source) { return (nil, [problem]) }
    var reader = YAMLReader(source: source, budget: budget)
    let value = reader.compose().flatMap { reader.value(of: $0, depth: 0) }
    budget = reader.budget
    return (reader.overflowed ? nil : value, reader.told.list)
  }

  private init(source: SourceText, budget: Int) {
    self.source = source
    self.budget = budget
    mending = YAMLMending(source)
  }

  private mutating func compose() -> Node? {
    while renamed.count <= Self.mostDuplicates {
      do {
        let text = mending.lines.map { String(String.UnicodeScalarView($0)) }.joined(separator: "\n")
        let root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
        if root == nil { told.append(emptyFile) }
        return root
      } catch YamlError.duplicatedKeysInMapping(let names, let context) {
        let first = Position(line: context.mark.line, column: context.mark.column)
        guard rename(names.first ?? "", at: first) else {
          told.append(Diagnostic(.duplicateKey, in: source, at: place(of: context.mark),
            "a key stands twice in this map: \(names.joined(separator: ", "))"))
          return nil
        }
        renameBelow(first, names)
      } catch let error as YamlError {
        guard mend(YAMLProblem(error, in: mending.text(of: source)).diagnostic) else { return nil }
      } catch {
        told.append(Diagnostic(.syntax, in: source, at: .start, "not YAML"))
        return nil
      }
    }
    told.append(
      Diagnostic(.duplicateKey, in: source, at: .start, "more than \(Self.mostDuplicates) keys stand twice"))
    return nil
  }

  /// Tells of a mistake of writing, and mends it to read on; false if it cannot be.
  private mutating func mend(_ problem: Diagnostic) -> Bool {
    let place = Place(line: problem.line, column: problem.scalarColumns.lowerBound, length: problem.scalarColumns.count)
    var mistake = Diagnostic(problem.code, in: source, at: mending.original(place), problem.message, hint: problem.hint)
    mistake.replacement = problem.replacement
    told.append(mistake)
    return problem.replacement.map { mending.mend(place, with: $0) } ?? false
  }

  private var emptyFile: Diagnostic {
    Diagnostic(.emptyFile, in: source, at: .start, "the file says nothing",
      hint: "a dashboard needs at least: components: { hi: { type: hello } }")
  }

  /// Makes the key at `mark` different from all others; false if the text there is not the key as it is written.
  private mutating func rename(_ key: String, at mark: Position) -> Bool {
    guard mending.lines.indices.contains(mark.line - 1), !key.isEmpty else { return false }
    var column = source.skippingProperties(line: mark.line, column: mark.column) - 1
    let line = mending.lines[mark.line - 1]
    guard line.indices.contains(column) else { return false }
    if line[column] == "\"" || line[column] == "'" { column += 1 }
    let scalars = Array(key.unicodeScalars)
    guard line.dropFirst(column).starts(with: scalars),
      let stand = Unicode.Scalar(UInt32(0xF0000 + renamed.count))
    else { return false }
    mending.rename(line: mark.line, column..<(column + scalars.count), to: scalars.map { _ in stand })
    renamed[mark] = key
    return true
  }

  /// In the lines below that begin in the same column, all but the last of each key that stands twice.
  private mutating func renameBelow(_ mark: Position, _ names: [String]) {
    let lines = mending.lines
    guard lines[mark.line - 1].prefix(mark.column - 1).allSatisfy({ $0 == " " }) else { return }
    var last: [String: Int] = [:]
    let keys = Set(names)
    for index in mark.line..<lines.count where renamed.count <= Self.mostDuplicates {
      let indent = lines[index].prefix { $0 == " " }.count
      guard indent < lines[index].count, indent < mark.column else { continue }
      guard indent == mark.column - 1 else { return }
      let key = String(String.UnicodeScalarView(lines[index][indent...].prefix { $0 != ":" }))
      guard keys.contains(key) else { continue }
      if let earlier = last.updateValue(index + 1, forKey: key) {
        _ = rename(key, at: Position(line: earlier, column: mark.column))
      }
    }
  }

  // MARK: Nodes

  private mutating func value(of node: Node, depth: Int) -> YAMLValue? {
    guard let mark = node.mark else { return nil }
    guard spend(depth: depth, at: place(of: mark)) else { return nil }
    switch node {
    case .scalar(let scalar): return self.value(of: scalar, mark)
    case .sequence(let sequence):
      refuseTag(mark)
      return YAMLValue(kind: .list(sequence.compactMap { value(of: $0, depth: depth + 1) }), place: place(mark, nil))
    case .mapping(let mapping):
      refuseTag(mark)
      return YAMLValue(kind: .map(entries(of: mapping, depth: depth)), place: place(mark, nil))
    case .alias: return nil
    }
  }

  private mutating func value(of scalar: Node.Scalar, _ mark: Mark) -> YAMLValue {
    let place = place(mark, scalar.string)
    let style: YAMLValue.Scalar.Style =
      switch scalar.style {
      case .any, .plain: .plain
      case .literal: .literal
      case .folded: .folded
      case .singleQuoted, .doubleQuoted: .quoted
      }
    if refuseTag(mark), scalar.string.isEmpty {
      return YAMLValue(kind: .scalar(.init(text: "", style: .quoted)), place: place)
    }
    if style == .plain { refuseHiddenList(scalar.string, place) }
    if style == .plain, ["", "~", "null", "Null", "NULL"].contains(scalar.string) {
      return YAMLValue(kind: .nothing, place: place)
    }
    return YAMLValue(kind: .scalar(.init(text: scalar.string, style: style)), place: place)
  }

  private mutating func entries(of mapping: Node.Mapping, depth: Int) -> [YAMLValue.Entry] {
    var entries: [YAMLValue.Entry] = []
    var indices: [String: Int] = [:]
    for (key, node) in mapping {
      guard !overflowed, let value = value(of: node, depth: depth + 1) else { return entries }
      guard let entry = entry(key, value) else { continue }
      if let first = indices[entry.key] {
        let before = entries[first].keyPlace
        report(.duplicateKey, entry.keyPlace, "\"\(entry.key)\" is already written "
          + (before.line == entry.keyPlace.line ? "earlier in this line" : "on line \(before.line)"))
        // What stands below both counts as written, or what refers to it would look like a mistake too.
        if depth == 0 { entries[first].value = entries[first].value.merged(over: entry.value) }
      } else {
        indices[entry.key] = entries.count
        entries.append(entry)
      }
    }
    return entries
  }

  private mutating func entry(_ key: Node, _ value: YAMLValue) -> YAMLValue.Entry? {
    guard let mark = key.mark else { return nil }
    guard case .scalar(let scalar) = key else {
      report(.badKey, place(of: mark), "a list or map cannot be used as a key", hint: "a key is a plain word")
      return nil
    }
    let name = renamed[Position(line: mark.line, column: mark.column)] ?? scalar.string
    let place = place(mark, name)
    refuseTag(mark)
    if name == "<<" {
      report(.badKey, place, "merge keys are not used in definition files", hint: "write the options out")
      return nil
    }
    return YAMLValue.Entry(key: name, keyPlace: place, value: value)
  }

  private mutating func spend(depth: Int, at place: Place) -> Bool {
    guard !overflowed else { return false }
    budget -= 1
    if budget < 0 {
      overflowed = true
      report(.aliases, place, "more than 100 000 values, aliases counted each time they are used")
    } else if depth > YAMLPrescan.deepest {
      overflowed = true
      report(.tooDeep, place, "nested deeper than \(YAMLPrescan.deepest)")
    }
    return !overflowed
  }

  /// An element that is indented deeper than the one before it only continues that one's text.
  private mutating func refuseHiddenList(_ text: String, _ place: Place) {
    guard text.contains(" - "), !source.line(place.line).dropFirst(place.column - 1).starts(with: text.unicodeScalars)
    else { return }
    let next = source.line(place.line + 1), start = next.prefix { $0 == " " }.count
    guard next.dropFirst(start).starts(with: "- ".unicodeScalars) else { return }
    report(.syntax, Place(line: place.line + 1, column: start + 1),
      "this line only continues the text above", hint: "begin all elements of a list in one column")
  }

  /// True after a report.
  @discardableResult private mutating func refuseTag(_ mark: Mark) -> Bool {
    let start = place(of: mark)
    var token = source.line(start.line).dropFirst(start.column - 1)
    if token.first == "&" { token = token.drop { $0 != " " }.drop { $0 == " " } }
    guard token.first == "!" else { return false }
    let tag = String(String.UnicodeScalarView(token.prefix { $0 != " " && $0 != "," }))
    report(.tag, Place(line: mark.line, column: token.startIndex + 1, length: tag.unicodeScalars.count),
      "tags are not used in definition files", hint: tag.hasPrefix("!!") ? "leave it out" : "leave it out, or quote it")
    return true
  }

  private func place(_ mark: Mark, _ text: String?) -> Place {
    let start = place(of: mark)
    let column = source.skippingProperties(line: start.line, column: start.column)
    return Place(line: start.line, column: column,
      length: source.tokenLength(line: start.line, column: column, text: text))
  }

  private func place(of mark: Mark) -> Place { mending.original(Place(mark)) }

  private mutating func report(_ code: DiagnosticCode, _ place: Place, _ message: String, hint: String? = nil) {
    let source = source
    told.add(code) { Diagnostic($0, in: source, at: place, message, hint: hint) }
  }
}

extension Place {
  init(_ mark: Mark) { self.init(line: mark.line, column: mark.column) }
}
