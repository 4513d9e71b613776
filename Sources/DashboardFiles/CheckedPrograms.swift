import Synchronization

/// What libjq said of programs already checked: compiling one costs some 15 ms, and a folder is read again at every
/// save.
///
/// At most 20 000 are kept; when there are more, all are forgotten.
final class CheckedPrograms: Sendable {
  /// libjq's time grows with the square of a program's length: `.a+.a+…` of 60 kB takes it 16 s. So long is a program at
  /// most, in bytes.
  static let longest = 2048
  /// So long are all programs of one dashboard together.
  static let mostTogether = 16_384
  /// When so many are wrong, the rest is not looked at.
  static let mostWrong = 20

  private static let most = 20_000
  /// How much is given to libjq in one piece.
  private static let batch = 250, batchBytes = 8192
  private let problems = Mutex<[String: JqProblem?]>([:])

  /// What is wrong with a program; `nil` if it compiles.
  func problem(in program: String) -> JqProblem? {
    verdicts(on: [program])[program] ?? nil
  }

  /// What is wrong with each program, `nil` for those that compile. When `mostWrong` are wrong some others may be
  /// missing from the answer.
  func verdicts(on programs: [String], mostWrong: Int = mostWrong) -> [String: JqProblem?] {
    let wanted = Set(programs)
    let known: [String: JqProblem?] = problems.withLock { known in
      Dictionary(uniqueKeysWithValues: wanted.compactMap { program in known[program].map { (program, $0) } })
    }
    let new = wanted.filter { known[$0] == nil && $0.utf8.count <= Self.longest }.sorted()
    return known.merging(judge(new, mostWrong - known.count { $0.value != nil })) { old, _ in old }
  }

  /// libjq spends its time on its own library, once per compilation, and reads that only when the program's syntax is
  /// in order. So each program's syntax is looked at alone, which costs little, and what is left is compiled many in one
  /// piece.
  private func judge(_ programs: [String], _ mostWrong: Int) -> [String: JqProblem?] {
    var judged = Judged(left: mostWrong)
    var sound: [String] = []
    for program in programs where judged.left > 0 {
      if JqSyntax.isPath(program) {
        judged.add(nil, of: program)
      } else if JqProgram.hasSyntax(program) {
        sound.append(program)
      } else {
        judged.add(JqProgram.problem(in: program), of: program)
      }
    }
    for piece in Self.pieces(of: sound) { compile(piece, &judged) }
    remember(judged.verdicts)
    return judged.verdicts
  }

  private struct Judged {
    var verdicts: [String: JqProblem?] = [:]
    /// How many more may be wrong.
    var left: Int

    mutating func add(_ problem: JqProblem?, of program: String) {
      verdicts[program] = .some(problem)
      if problem != nil { left -= 1 }
    }
  }

  private static func pieces(of programs: [String]) -> [[String]] {
    var pieces: [[String]] = [], bytes = 0
    for program in programs {
      bytes += program.utf8.count
      if let last = pieces.last, last.count < batch, bytes <= batchBytes {
        pieces[pieces.count - 1].append(program)
      } else {
        pieces.append([program])
        bytes = program.utf8.count
      }
    }
    return pieces
  }

  /// Of a piece that does not compile libjq names the lines; where it does not, half of it is tried.
  private func compile(_ piece: [String], _ judged: inout Judged) {
    guard judged.left > 0, let first = piece.first else { return }
    guard piece.count > 1 else { return judged.add(JqProgram.problem(in: first), of: first) }
    guard let wrong = JqProgram.wrong(in: piece) else {
      for program in piece { judged.add(nil, of: program) }
      return
    }
    if wrong.isEmpty {
      compile(Array(piece[..<(piece.count / 2)]), &judged)
      compile(Array(piece[(piece.count / 2)...]), &judged)
    } else {
      for index in wrong.sorted() { compile([piece[index]], &judged) }
      compile(piece.indices.filter { !wrong.contains($0) }.map { piece[$0] }, &judged)
    }
  }

  private func remember(_ verdicts: [String: JqProblem?]) {
    problems.withLock { known in
      if known.count + verdicts.count > Self.most { known.removeAll() }
      known.merge(verdicts) { _, new in new }
    }
  }
}
