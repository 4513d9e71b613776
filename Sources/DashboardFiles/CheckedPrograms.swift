import Synchronization

/// What libjq said of programs already checked: compiling one costs some 10 ms, and a folder is read again at every
/// save.
///
/// At most 2000 are kept; when there are more, all are forgotten.
final class CheckedPrograms: Sendable {
  private static let most = 2000
  private let problems = Mutex<[String: String?]>([:])

  /// What is wrong with a program; `nil` if it compiles.
  func problem(in program: String) -> String? {
    if let known = problems.withLock({ $0[program] }) { return known }
    let problem = JqProgram.check(program)
    problems.withLock { known in
      if known.count >= Self.most { known.removeAll() }
      known[program] = .some(problem)
    }
    return problem
  }
}
