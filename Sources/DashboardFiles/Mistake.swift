/// Why one scalar is not what its setting takes; the reader of the setting knows where it stands.
struct Mistake: Error, Hashable, Sendable {
  var code: DiagnosticCode
  var message: String
  var hint: String?
  /// Which part of the scalar's text it is, counted in Unicode scalars; `nil` for all of it.
  var part: Range<Int>?

  init(_ code: DiagnosticCode, _ message: String, hint: String? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
  }

  /// The same mistake of a part of the text.
  func of(_ part: some StringProtocol, in text: String) -> Mistake {
    var mistake = self
    let start = text[..<part.startIndex].unicodeScalars.count
    mistake.part = start..<(start + part.unicodeScalars.count)
    return mistake
  }
}
