/// Mistakes that YAML makes easy, in words of their own: the parser names a rule of its grammar, often a line too late.
///
/// When adding a trap, also add a file to `Tests/Fixtures/broken`.
struct YAMLTrap {
  private let source: SourceText
  private let mark: Place
  private let opening: Place?
  private let line: [Unicode.Scalar]

  private init(_ source: SourceText, _ mark: Place, _ opening: Place?) {
    (self.source, self.mark, self.opening) = (source, mark, opening)
    line = source.line(mark.line)
  }

  /// The parser's complaint as a trap; `nil` if it is none that is known.
  static func diagnostic(_ problem: String, at mark: Place, opening: Place?, in source: SourceText) -> Diagnostic? {
    let trap = YAMLTrap(source, mark, opening)
    return switch problem {
    case "found character that cannot start any token": trap.sign(at: mark.column)
    case "did not find expected alphabetic or numeric character": trap.sign(at: mark.column - 1)
    case "did not find expected comment or line break": trap.blockSign()
    case "mapping values are not allowed in this context": trap.glued() ?? trap.tooDeep() ?? trap.secondColon()
    case "could not find expected ':'": trap.glued() ?? trap.comment() ?? trap.looseText()
    case "did not find expected ',' or '}'", "did not find expected ',' or ']'":
      trap.insertion() ?? trap.comment() ?? trap.colonInBrackets() ?? trap.afterQuote()
    case "did not find expected node content": trap.comment() ?? trap.surplusComma()
    case "did not find expected key": trap.surplusBracket() ?? trap.afterQuote() ?? trap.afterBracket() ?? trap.indent()
    case "did not find expected '-' indicator": trap.strayInList()
    case "block sequence entries are not allowed in this context": trap.listBesideKey()
    case "did not find expected <document start>": trap.documentEnd()
    default: mark.column > 1 && source.line(mark.line).first == "%" ? trap.directive() : nil
    }
  }

  /// `type:counter` and `type = counter` → `type: counter`.
  static func separated(_ text: String) -> String? {
    guard let match = text.wholeMatch(of: #/([A-Za-z_][A-Za-z0-9_-]*)\s*[:=]\s*([^:=\s/].*)/#) else { return nil }
    return "\(match.1): \(match.2)"
  }

  // MARK: Signs

  private func sign(at column: Int) -> Diagnostic? {
    guard column >= 1, column <= line.count else { return nil }
    let sign = line[column - 1]
    if sign == "\t" {
      return Diagnostic(.tab, in: source, at: place(column, 1), "a tab where YAML wants spaces", hint: "use a space")
    }
    guard "%@`>|&*".unicodeScalars.contains(sign) else { return nil }
    let value = text(from: column)
    return mended(place(column, value.unicodeScalars.count), "an unquoted text cannot begin with \"\(sign)\"",
      Self.inWords(value) ?? Self.quoted(value))
  }

  /// A line that begins with `%` is no text to YAML, but a word to its reader.
  private func directive() -> Diagnostic? {
    var diagnostic = sign(at: 1)
    diagnostic?.replacement = nil
    return diagnostic
  }

  /// `warn: > 200` on a line of its own: `>` begins a text that follows below.
  private func blockSign() -> Diagnostic? {
    guard let index = line.prefix(mark.column).lastIndex(where: { $0 == ">" || $0 == "|" }) else { return nil }
    let value = text(from: index + 1)
    let inWords = Self.inWords(value), better = inWords ?? Self.quoted(value)
    var diagnostic = mended(place(index + 1, value.unicodeScalars.count),
      "an unquoted \"\(line[index])\" begins a text on the lines below", better,
      hint: inWords == nil ? "write \(better), or the text on the next line" : nil)
    // Else the lines below may be the text.
    if inWords == nil { diagnostic.replacement = nil }
    return diagnostic
  }

  private static func inWords(_ value: String) -> String? {
    guard let match = value.wholeMatch(of: #/>=?\s*(-?[0-9.]+.*)/#) else { return nil }
    return "above \(match.1)"
  }

  // MARK: Colons

  /// A key without a space behind its colon, or with `=`, on this line or the one before, whose text then goes on.
  private func glued() -> Diagnostic? {
    for number in [opening?.line, previousLine, mark.line].compactMap({ $0 }) {
      let row = source.line(number), start = row.prefix { $0 == " " || $0 == "-" }.count
      let text = Self.string(row[start...]).trimmed
      guard !text.contains(": "), !text.hasSuffix(":"), !text.hasPrefix("\""), !text.hasPrefix("'"),
        let better = Self.separated(text)
      else { continue }
      let place = Place(line: number, column: start + 1, length: text.unicodeScalars.count)
      return mended(place, text.contains("=") ? "\"=\" sets nothing in YAML" : "a space is missing behind the colon", better)
    }
    return nil
  }

  /// `key: value` deeper than a complete `key: value` on the line before.
  private func tooDeep() -> Diagnostic? {
    guard let number = previousLine else { return nil }
    let before = source.line(number)
    let indent = line.prefix { $0 == " " }.count, other = before.prefix { $0 == " " }.count
    guard indent > other, firstColon(in: line) == mark.column - 1, let colon = firstColon(in: before),
      colon + 1 < before.count
    else { return nil }
    let word = Self.string(before[other..<colon])
    return Diagnostic(.syntax, in: source, at: place(indent + 1, mark.column - 1 - indent),
      "this line is indented deeper than \"\(word.shortened)\" above, which has a value already",
      hint: "begin it in column \(other + 1)")
  }

  private func secondColon() -> Diagnostic? {
    guard let colon = firstColon(in: line), colon < mark.column - 1 else { return nil }
    let start = line[(colon + 1)...].firstIndex { $0 != " " } ?? colon + 1
    let value = Self.string(line[start...]).trimmed
    return mended(place(start + 1, value.unicodeScalars.count), "a second \":\" in an unquoted text", Self.quoted(value))
  }

  private func colonInBrackets() -> Diagnostic? {
    guard mark.column >= 1, mark.column <= line.count, line[mark.column - 1] == ":" else { return nil }
    let start = line[..<(mark.column - 1)].lastIndex { ",{[:".unicodeScalars.contains($0) } ?? 0
    let first = line[(start + 1)...].firstIndex { $0 != " " } ?? start + 1
    guard line.indices.contains(start), line[start] == ":" else { return nil }
    let value = text(from: first + 1)
    return mended(place(first + 1, value.unicodeScalars.count), "a second \":\" in an unquoted text", Self.quoted(value))
  }

  // MARK: Comments, commas, brackets and quotes

  /// `unit: #1 }`: the comment swallowed what would have closed a bracket.
  private func comment() -> Diagnostic? {
    for number in (max(1, mark.line - Self.linesBack)...mark.line).reversed() {
      let row = source.line(number)
      guard let sign = row.indices.dropFirst().first(where: { row[$0] == "#" && row[$0 - 1] == " " }),
        row[sign...].contains(where: { "}]".unicodeScalars.contains($0) }),
        row[..<sign].count(where: { $0 == "{" || $0 == "[" }) > row[..<sign].count(where: { $0 == "}" || $0 == "]" })
      else { continue }
      return Diagnostic(.syntax, in: source, at: Place(line: number, column: sign + 1, length: row.count - sign),
        "everything behind \" #\" is a comment", hint: "quote the text if it is none")
    }
    return nil
  }

  /// How far up a comment is looked for that left a bracket open.
  private static let linesBack = 50

  /// A line of plain text between keys, such as the end of a block text that is indented less than its beginning.
  private func looseText() -> Diagnostic? {
    guard let opening, opening.line < mark.line else { return nil }
    let row = source.line(opening.line), start = row.prefix { $0 == " " }.count
    guard start < row.count else { return nil }
    return Diagnostic(.syntax, in: source, at: Place(line: opening.line, column: start + 1, length: row.count - start),
      "this line is neither \"key: value\" nor part of the text above it", hint: "indent a text as its first line")
  }

  /// `{ url: ${env.BASE}/x }`: to YAML an insertion's brace opens a map.
  private func insertion() -> Diagnostic? {
    let brace = mark.column - 1
    guard brace > 0, line.indices.contains(brace), line[brace] == "{", line[brace - 1] == "$" else { return nil }
    let before = line[..<brace].lastIndex { ",{[ ".unicodeScalars.contains($0) } ?? -1
    var end = brace + 1, isInside = true
    while end < line.count, isInside || !",}]".unicodeScalars.contains(line[end]) {
      isInside = isInside ? line[end] != "}" : line[end] == "{"
      end += 1
    }
    let value = Self.string(line[(before + 1)..<end]).trimmed
    return mended(place(before + 2, value.unicodeScalars.count), "an insertion between brackets needs quotes", Self.quoted(value))
  }

  private func surplusComma() -> Diagnostic? {
    let before = line.prefix(mark.column - 1).lastIndex { $0 != " " }
    let index = line.indices.contains(mark.column - 1) && line[mark.column - 1] == "," ? mark.column - 1 : before
    guard let index, line[index] == "," else { return nil }
    return mended(place(index + 1, 1), "a comma too many", "", hint: "leave it out")
  }

  private func surplusBracket() -> Diagnostic? {
    guard line.indices.contains(mark.column - 1), "]}".unicodeScalars.contains(line[mark.column - 1])
    else { return nil }
    return mended(place(mark.column, 1), "this bracket closes nothing", "", hint: "leave it out")
  }

  /// `"Shop" floor` and `'It's late'`.
  private func afterQuote() -> Diagnostic? {
    guard let end = line.prefix(mark.column - 1).lastIndex(where: { $0 != " " }), end > 0,
      line[end] == "'" || line[end] == "\"", let start = line[..<end].lastIndex(of: line[end])
    else { return nil }
    let hint = line[end] == "'" && end == mark.column - 2
      ? "inside single quotes a quote is written twice: ''" : "put the quotes round all of it"
    return Diagnostic(.syntax, in: source, at: place(start + 1, end - start + 1),
      "this text goes on behind its closing quote", hint: hint)
  }

  /// `[draft] Shop`.
  private func afterBracket() -> Diagnostic? {
    guard let end = line.prefix(mark.column - 1).lastIndex(where: { $0 != " " }),
      "]}".unicodeScalars.contains(line[end]), let colon = firstColon(in: line), colon < end
    else { return nil }
    let start = line[(colon + 1)...].firstIndex { $0 != " " } ?? colon + 1
    let value = Self.string(line[start...]).trimmed
    return mended(place(start + 1, value.unicodeScalars.count), "an unquoted text cannot begin with \"\(line[start])\"",
      Self.quoted(value))
  }

  // MARK: Lists and indentation

  private func indent() -> Diagnostic? {
    let start = line.prefix { $0 == " " }.count
    guard start == mark.column - 1, line.count > start else { return nil }
    if line[start] == "-" {
      return Diagnostic(.syntax, in: source, at: place(mark.column, 1), "this element is not in line with its list",
        hint: "begin all elements in one column, not left of the list's key")
    }
    let columns = Set((1..<max(1, mark.line)).compactMap { number -> Int? in
      let row = source.line(number), indent = row.prefix { $0 == " " }.count
      return row.count > indent && row[indent] != "#" ? indent + 1 : nil
    })
    // Of two that are equally near the deeper one: an option belongs to the line above more often than beside it.
    let near = columns.min { (abs($0 - mark.column), -$0) < (abs($1 - mark.column), -$1) }
    let length = firstColon(in: line).map { $0 - start } ?? line.count - start
    return Diagnostic(.syntax, in: source, at: place(mark.column, length),
      "no line above that this could belong to begins in column \(mark.column)",
      hint: near.map { "begin it in column \($0)" })
  }

  private func strayInList() -> Diagnostic? {
    let start = line.prefix { $0 == " " }.count
    guard start == mark.column - 1, line.count > start else { return nil }
    return Diagnostic(.syntax, in: source, at: place(mark.column, line.count - start), "this stands inside a list",
      hint: "begin it with \"- \", or where the list's key begins")
  }

  private func listBesideKey() -> Diagnostic? {
    let value = text(from: mark.column)
    let word = value.dropFirst().drop { $0 == " " }
    return mended(place(mark.column, value.unicodeScalars.count), "a list does not begin on its key's line", "[\(word)]",
      hint: "write [\(word)], or each \"- \" on its own line below")
  }

  private func documentEnd() -> Diagnostic? {
    let ends = (1..<max(1, mark.line)).last { source.line($0).starts(with: "...".unicodeScalars) }
    guard let number = ends else { return nil }
    return Diagnostic(.severalDocuments, in: source, at: Place(line: number, column: 1, length: 3),
      "the file ends here for YAML", hint: "leave this line out")
  }

  // MARK: Looking

  /// A mistake that is mended by writing something else in its place.
  private func mended(_ place: Place, _ message: String, _ better: String, hint: String? = nil) -> Diagnostic {
    var diagnostic = Diagnostic(.syntax, in: source, at: place, message, hint: hint ?? "write \(better.shortened)")
    diagnostic.replacement = better
    return diagnostic
  }

  private func place(_ column: Int, _ length: Int) -> Place { Place(line: mark.line, column: column, length: length) }

  /// The value that begins in a column, up to what would end it.
  private func text(from column: Int) -> String {
    let rest = line.dropFirst(column - 1)
    let isFlow = line.prefix(column - 1).contains { "{[".unicodeScalars.contains($0) }
    return Self.string(isFlow ? rest.prefix { !",}]".unicodeScalars.contains($0) } : rest).trimmed
  }

  /// The index of the first colon that ends a key.
  private func firstColon(in row: [Unicode.Scalar]) -> Int? {
    row.indices.first { row[$0] == ":" && ($0 + 1 == row.count || row[$0 + 1] == " ") }
  }

  private var previousLine: Int? {
    (1..<max(1, mark.line)).last { number in
      let row = source.line(number)
      return row.first { $0 != " " }.map { $0 != "#" } ?? false
    }
  }

  private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    String(String.UnicodeScalarView(scalars))
  }

  private static func quoted(_ text: String) -> String {
    text.contains("\"") || text.contains("\\") ? "'\(text.replacing("'", with: "''"))'" : "\"\(text)\""
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
