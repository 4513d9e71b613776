/// Why one scalar is not what its setting takes; the reader of the setting knows where it stands.
struct Mistake: Error, Hashable, Sendable {
  var code: DiagnosticCode
  var message: String
  var hint: String?

  init(_ code: DiagnosticCode, _ message: String, hint: String? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
  }
}
