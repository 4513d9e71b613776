/// What one dashboard is told of its jq programs: libjq's word, or why it was not asked.
struct JudgedPrograms: Sendable {
  enum Verdict: Sendable {
    case fine
    case wrong(JqProblem)
    /// Not shown to libjq.
    case refused(String, hint: String)
    /// Not judged, which was said already.
    case silent
  }

  private var verdicts: [String: JqProblem?] = [:]
  private var isComplete = true
  private var hasEnded = false

  init() {}

  /// Judges all programs of a map of sources at once.
  init(_ sources: YAMLValue, _ programs: CheckedPrograms) {
    let (list, isComplete) = sources.programs
    verdicts = programs.verdicts(on: list)
    self.isComplete = isComplete
  }

  mutating func verdict(on program: String) -> Verdict {
    if JqSyntax.isPath(program) { return .fine }
    let length = program.utf8.count
    guard length <= CheckedPrograms.longest else {
      return .refused("a jq program is at most \(CheckedPrograms.longest) bytes long, this one is \(length)",
        hint: "make several fields of it")
    }
    if let verdict = verdicts[program] { return verdict.map { .wrong($0) } ?? .fine }
    if hasEnded { return .silent }
    hasEnded = true
    return isComplete
      ? .refused("\(CheckedPrograms.mostWrong) jq programs are wrong, and this and others were not looked at",
        hint: "mend the others first")
      : .refused("the jq programs of a dashboard are at most \(CheckedPrograms.mostTogether) bytes long in all",
        hint: "the programs from here on are too many")
  }
}
