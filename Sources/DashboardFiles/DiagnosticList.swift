/// The mistakes found in one file, each once, and not without end: beyond ``most`` nobody reads on, but that there are
/// more is said.
struct DiagnosticList: Sendable {
  /// So many errors are told of one file, and so many warnings beside them.
  static let most = 200

  private(set) var list: [Diagnostic] = []
  private var told: Set<Diagnostic> = []
  private var counts: [Diagnostic.Severity: Int] = [:]

  var hasErrors: Bool { counts[.error] != nil }

  /// True when no further error would be told, so that nothing need be spent on finding it.
  var isFull: Bool { counts[.error, default: 0] > Self.most }

  /// `make` is not asked when the mistake will not be told.
  mutating func add(_ code: DiagnosticCode, _ make: (DiagnosticCode) -> Diagnostic) {
    let severity: Diagnostic.Severity = code.isWarning ? .warning : .error
    guard counts[severity, default: 0] <= Self.most else { return }
    var diagnostic = make(code)
    guard !told.contains(diagnostic) else { return }
    counts[severity, default: 0] += 1
    if counts[severity, default: 0] > Self.most { diagnostic.endList() }
    told.insert(diagnostic)
    list.append(diagnostic)
  }

  mutating func append(_ diagnostic: Diagnostic) { add(diagnostic.code) { _ in diagnostic } }

  /// Changes what is shown of mistakes.
  mutating func update(_ change: (inout Diagnostic) -> Void) {
    for index in list.indices { change(&list[index]) }
  }
}

extension Diagnostic {
  /// The first mistake that is not told stands for all of its kind.
  fileprivate mutating func endList() {
    let (kind, next) = code.isWarning
      ? (DiagnosticCode.tooManyWarnings, "warnings") : (DiagnosticCode.tooManyMistakes, "mistakes")
    code = kind
    message = "more than \(DiagnosticList.most) \(next) in this file, and here is one of those that are not told"
    hint = "mend the others first"
  }
}
