/// All texts that one definition is made of: the dashboard's own file first, then what it includes, in reading order.
///
/// Worked example: `shop.yml` includes `parts/orders.yml`, which includes `parts/api.yml`. The texts are numbered 0, 1
/// and 2; a mistake in text 2 is shown in `parts/api.yml`, followed by two notes that say which lines included it.
struct SourceTexts: Sendable {
  private var list: [SourceText]
  /// Where each text was asked for; `nil` for the first.
  private var asked: [Place?] = [nil]

  init(_ first: SourceText) { list = [first] }

  /// The text that a place is in.
  subscript(place: Place) -> SourceText { list.indices.contains(place.file) ? list[place.file] : list[0] }

  /// Adds a text and gives it its number.
  mutating func add(_ text: SourceText, askedAt place: Place) -> Int {
    list.append(text)
    asked.append(place)
    return list.count - 1
  }

  func diagnostic(_ code: DiagnosticCode, at place: Place, _ message: String, hint: String? = nil) -> Diagnostic {
    var diagnostic = Diagnostic(code, in: self[place], at: place, message, hint: hint)
    diagnostic.notes = notes(on: place.file)
    return diagnostic
  }

  /// The chain of includes that led to a text, innermost first.
  func notes(on file: Int) -> [Diagnostic.Note] {
    notes(askedAt: asked.indices.contains(file) ? asked[file] : nil)
  }

  func notes(askedAt place: Place?) -> [Diagnostic.Note] {
    var notes: [Diagnostic.Note] = []
    var next = place
    while let place = next {
      let shown = Diagnostic(.badInclude, in: self[place], at: place, "included here")
      notes.append(
        .init(
          file: shown.file, line: shown.line, column: shown.column, scalarColumn: shown.scalarColumns.lowerBound,
          message: shown.message))
      next = asked[place.file]
    }
    return notes
  }
}
