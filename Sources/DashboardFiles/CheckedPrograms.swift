import Synchronization

/// What libjq said of programs already checked: compiling one costs some 10 ms, and a folder is read again at every
/// save.
///
/// At most 20 000 are kept; when there are more, all are forgotten.
final class CheckedPrograms: Sendable {
  private static let most = 20_000
  /// How many programs are given to libjq in one piece.
  private static let batch = 250
  private let problems = Mutex<[String: JqProblem?]>([:])

  /// What is wrong with a program; `nil` if it compiles.
  func problem(in program: String) -> JqProblem? {
    if JqSyntax.isPath(program) { return nil }
    if let known = problems.withLock({ $0[program] }) { return known }
    let problem = JqProgram.problem(in: program)
    remember(problem, of: [program])
    return problem
  }

  /// Checks many programs at once: libjq spends its time on reading its own library, once per compilation. Programs are
  /// compiled in one piece, each in parentheses; when a piece does not compile, its programs are left for one by one.
  func prepare(_ programs: [String]) {
    let known = problems.withLock { $0 }
    let new = Set(programs).filter { known[$0] == nil && !JqSyntax.isPath($0) && JqSyntax.isSelfContained($0) }.sorted()
    for start in stride(from: 0, to: new.count, by: Self.batch) {
      let piece = new[start..<min(start + Self.batch, new.count)]
      guard piece.count > 1, JqProgram.problem(in: piece.map { "(\($0)\n)" }.joined(separator: ", ")) == nil else {
        continue
      }
      remember(nil, of: piece)
    }
  }

  private func remember(_ problem: JqProblem?, of programs: some Collection<String>) {
    problems.withLock { known in
      if known.count + programs.count > Self.most { known.removeAll() }
      for program in programs { known[program] = .some(problem) }
    }
  }
}
