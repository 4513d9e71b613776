/// Looks at a file's text before the YAML parser does, for what the parser cannot take: it recurses once per level of
/// nesting, and compares whole keys, so that a deep file or a list of aliases as a key could stop the program.
///
/// A small lexer that knows quotes, comments, block texts and brackets. Where it could be mistaken it errs towards
/// letting a file through; the parser has its own limits.
struct YAMLPrescan {
  static let deepest = 64
  static let mostAnchors = 50

  private let source: SourceText
  private var found: Diagnostic?
  private var indents: [Int] = []
  private var brackets: [Character] = []
  private var quote: Unicode.Scalar?
  /// Lines indented by more than this belong to a block text.
  private var blockTextIndent: Int?

  /// The first thing that keeps the parser from being asked, if there is one.
  static func problem(in source: SourceText) -> Diagnostic? {
    if let place = manyAnchors(source) {
      return Diagnostic(.aliases, in: source, at: place, "more than \(mostAnchors) anchors in one file")
    }
    var scan = YAMLPrescan(source: source)
    for number in 1...source.lines.count where scan.found == nil { scan.read(line: number) }
    return scan.found
  }

  private init(source: SourceText) { self.source = source }

  // Counted without the lexer, so that nothing can hide an anchor from it: a chain of aliases nests one level each.
  private static func manyAnchors(_ source: SourceText) -> Place? {
    var count = 0
    for (index, line) in source.lines.enumerated() {
      for column in line.indices where line[column] == "&" {
        let starts = column == 0 || " \t[{,:-?".unicodeScalars.contains(line[column - 1])
        guard starts, column + 1 < line.count, line[column + 1] != " " else { continue }
        count += 1
        if count > mostAnchors { return Place(line: index + 1, column: column + 1) }
      }
    }
    return nil
  }

  private mutating func read(line number: Int) {
    let line = source.line(number)
    let indent = line.prefix { $0 == " " }.count
    guard let first = line.dropFirst(indent).first(where: { $0 != " " && $0 != "\t" }) else { return }
    if let limit = blockTextIndent {
      if indent > limit { return }
      blockTextIndent = nil
    }
    if quote == nil, brackets.isEmpty {
      if line[indent] == "\t", first != "#" {
        let tabs = line.dropFirst(indent).prefix { $0 == "\t" }.count
        found = Diagnostic(.tab, in: source, at: Place(line: number, column: indent + 1, length: tabs),
          "a tab where YAML wants spaces", hint: "indent with spaces")
        return
      }
      while let last = indents.last, last >= indent { indents.removeLast() }
      indents.append(indent)
    }
    scan(line, number, from: indent)
  }

  private mutating func scan(_ line: [Unicode.Scalar], _ number: Int, from start: Int) {
    var index = start
    var atStart = true, isBehindQuote = false
    while index < line.count, found == nil {
      let scalar = line[index]
      if let open = quote {
        if open == "\"", scalar == "\\" { index += 1 } else if scalar == open { quote = nil }
        isBehindQuote = quote == nil
        index += 1
        atStart = false
        continue
      }
      // As JSON writes it: `{"title":"a"}`.
      if isBehindQuote, scalar == ":", !brackets.isEmpty {
        (atStart, isBehindQuote) = (true, false)
        index += 1
        continue
      }
      isBehindQuote = false
      if scalar == "#", index == 0 || line[index - 1] == " " || line[index - 1] == "\t" { return }
      if atStart, scalar == "&" || scalar == "!" {
        index = line[index...].firstIndex { " \t,]}".unicodeScalars.contains($0) } ?? line.count
        continue
      }
      if atStart || !brackets.isEmpty { token(scalar, line, number, index, atStart: &atStart) }
      else if scalar == ":", index + 1 >= line.count || line[index + 1] == " " { atStart = true }
      index += 1
    }
  }

  /// A character where a token may begin, or inside brackets.
  private mutating func token(
    _ scalar: Unicode.Scalar, _ line: [Unicode.Scalar], _ number: Int, _ index: Int, atStart: inout Bool
  ) {
    let separated = index + 1 >= line.count || line[index + 1] == " "
    switch scalar {
    case " ", "\t": return
    case "\"" where atStart, "'" where atStart: quote = scalar
    case "[", "{":
      brackets.append(Character(scalar))
      atStart = true
      checkDepth(number, index)
      return
    case "]", "}":
      if !brackets.isEmpty { brackets.removeLast() }
      refuseAsKey(after: index + 1, line, number, at: index, "a list or map")
    case ",": atStart = !brackets.isEmpty; return
    case ":" where separated: atStart = true; return
    case "-" where separated && atStart && brackets.isEmpty:
      indents.append(index + 1)
      checkDepth(number, index)
      return
    case "?" where separated && atStart: found = badKey(number, index, "a key marked with \"?\"")
    case "*" where atStart && !separated: readAlias(line, number, index)
    case "|" where atStart && brackets.isEmpty, ">" where atStart && brackets.isEmpty:
      blockTextIndent = blockParent(line)
    default: break
    }
    atStart = false
  }

  /// Block text belongs to the key before it: all that is indented deeper than that key's line.
  private func blockParent(_ line: [Unicode.Scalar]) -> Int {
    line.prefix { $0 == " " }.count - (line.first == "|" || line.first == ">" ? 1 : 0)
  }

  private mutating func readAlias(_ line: [Unicode.Scalar], _ number: Int, _ index: Int) {
    let end = line[(index + 1)...].firstIndex { !Self.isAliasPart($0) } ?? line.count
    refuseAsKey(after: end, line, number, at: index, "an alias")
    let before = line[..<index].last { $0 != " " }
    if found == nil, brackets.last == "{", before == nil || before == "{" || before == "," {
      found = badKey(number, index, "an alias")
    }
  }

  /// What libyaml takes for part of an alias.
  private static func isAliasPart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "0"..."9", "A"..."Z", "a"..."z", "_", "-": true
    default: false
    }
  }

  private mutating func refuseAsKey(
    after end: Int, _ line: [Unicode.Scalar], _ number: Int, at index: Int, _ what: String
  ) {
    let rest = line.dropFirst(end).drop { $0 == " " || $0 == "\t" }
    guard rest.first == ":", rest.dropFirst().first.map({ $0 == " " || !brackets.isEmpty }) ?? true else { return }
    found = badKey(number, index, what)
  }

  private mutating func checkDepth(_ number: Int, _ index: Int) {
    guard indents.count + brackets.count > Self.deepest else { return }
    found = Diagnostic(.tooDeep, in: source, at: Place(line: number, column: index + 1),
      "nested deeper than \(Self.deepest)")
  }

  private func badKey(_ number: Int, _ index: Int, _ what: String) -> Diagnostic {
    Diagnostic(.badKey, in: source, at: Place(line: number, column: index + 1), "\(what) cannot be used here",
      hint: "a key is a plain word")
  }
}
