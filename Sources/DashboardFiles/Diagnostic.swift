/// One mistake in a definition file, with all that is needed to find and mend it.
package struct Diagnostic: Hashable, Sendable, Error {
  package enum Severity: String, Hashable, Sendable { case error, warning }

  package var code: DiagnosticCode
  package var severity: Severity
  package var file: String
  /// Counted from 1.
  package var line: Int
  /// Counted in characters from 1.
  package var column: Int
  /// How many characters the mistake covers on its line.
  package var length: Int
  /// The same columns counted in Unicode scalars, as machines count them; the end is behind the last.
  package var scalarColumns: Range<Int>
  package var message: String
  /// What to write instead, shown behind the caret.
  package var hint: String?
  /// What the text at the place would be if that were all that is wrong with it.
  var replacement: String?
  /// The line itself, control characters made visible; `nil` when the file could not be read.
  package var excerpt: String?
  /// How the file came to be read, innermost first, when it is not a dashboard's own.
  package var notes: [Note] = []

  /// Another place that belongs to the mistake.
  package struct Note: Hashable, Sendable {
    package var file: String
    package var line: Int
    package var column: Int
    /// The same column counted in Unicode scalars.
    package var scalarColumn: Int
    package var message: String
  }

  /// The mistake as a compiler shows it:
  /// ```
  /// dashboards/shop.yml:7:5: error: source "orders" (http) has no option "evry" [E120]
  ///     7 |     evry: 10s
  ///       |     ^~~~ did you mean "every"?
  /// ```
  package func render() -> String {
    ([renderedItself] + notes.map { "\($0.file):\($0.line):\($0.column): note: \($0.message)" })
      .joined(separator: "\n")
  }

  private var renderedItself: String {
    let head = "\(file):\(line):\(column): \(severity.rawValue): \(message) [\(code.rawValue)]"
    guard let excerpt else { return hint.map { "\(head)\n      | \($0)" } ?? head }
    let window = Self.window(of: Array(excerpt), column: column, length: length)
    let number = String(line)
    let margin = String(repeating: " ", count: max(0, 5 - number.count)) + number
    let before = DisplayWidth.of(window.text.prefix(window.column - 1))
    let covered = DisplayWidth.of(window.text.dropFirst(window.column - 1).prefix(window.length))
    let caret = "^" + String(repeating: "~", count: max(0, max(covered, window.length) - 1))
    let under = String(repeating: " ", count: margin.count) + " | "
      + String(repeating: " ", count: before) + caret + (hint.map { " \($0)" } ?? "")
    return "\(head)\n\(margin) | \(window.text)\n\(under)"
  }

  /// Cuts a long line to what stands round the caret.
  private static func window(
    of line: [Character], column: Int, length: Int
  ) -> (text: String, column: Int, length: Int) {
    let widest = 120
    guard line.count > widest else { return (String(line), column, max(1, length)) }
    let start = min(max(0, column - 41), max(0, line.count - widest))
    let end = min(line.count, start + widest)
    let text = (start > 0 ? "…" : "") + String(line[start..<end]) + (end < line.count ? "…" : "")
    let column = column - start + (start > 0 ? 1 : 0)
    return (text, column, max(1, min(length, widest - column + 1)))
  }
}

extension Diagnostic {
  init(
    _ code: DiagnosticCode, in source: SourceText, at place: Place, _ message: String, hint: String? = nil
  ) {
    let place = source.clamped(place)
    let line = source.line(place.line)
    self.code = code
    severity = code.isWarning ? .warning : .error
    file = source.file
    self.line = place.line
    self.message = Self.visible(message)
    self.hint = hint.map(Self.visible)
    scalarColumns = place.column..<(place.column + place.length)
    guard line.count <= Self.longestExcerpt else {
      (column, length, excerpt) = (place.column, place.length, nil)
      return
    }
    column = Self.characters(in: line[..<(place.column - 1)]) + 1
    length = max(1, Self.characters(in: line[(place.column - 1)...].prefix(place.length)))
    excerpt = Self.visible(Self.text(line[...]))
  }

  /// A longer line is not shown, and its columns are counted in Unicode scalars: a file may be one line of 1 MiB.
  private static let longestExcerpt = 10_000

  /// A mistake of a file as a whole, whose text is not shown.
  init(_ code: DiagnosticCode, file: String, _ message: String, hint: String? = nil) {
    self.code = code
    severity = code.isWarning ? .warning : .error
    self.file = file
    (line, column, length, scalarColumns) = (1, 1, 1, 1..<2)
    self.message = Self.visible(message)
    self.hint = hint.map(Self.visible)
    excerpt = nil
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    String(String.UnicodeScalarView(scalars))
  }

  private static func characters(in scalars: ArraySlice<Unicode.Scalar>) -> Int { text(scalars).count }

  /// Control characters never reach a terminal or a log; every one keeps its width of one character.
  private static func visible(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { scalar in
      switch scalar.value {
      case 0x09: " "
      case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: "\u{FFFD}"
      default: scalar
      }
    }))
  }
}

extension Diagnostic {
  /// True for the same words about the same place, however the file came to be read.
  func isSameMistake(as other: Diagnostic) -> Bool {
    var (a, b) = (self, other)
    (a.notes, b.notes) = ([], [])
    return a == b
  }
}

extension Diagnostic: Comparable {
  package static func < (a: Diagnostic, b: Diagnostic) -> Bool {
    (a.file, a.line, a.column, a.code.rawValue, a.message) < (b.file, b.line, b.column, b.code.rawValue, b.message)
  }
}
