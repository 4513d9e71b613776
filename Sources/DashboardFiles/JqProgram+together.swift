import CJq

/// Judging many programs in little time.
extension JqProgram {
  /// Nothing is imported from here: libjq looks for modules when the syntax is in order, and before it reads its library.
  private static let nowhere = "splitflap/none"

  /// Whether the program is put together as jq wants it; what its words mean is not looked at. Takes a fraction of a
  /// millisecond, compiling some fifteen.
  static func hasSyntax(_ program: String) -> Bool {
    guard forbiddenWord(in: program) == nil, !program.unicodeScalars.contains("\0") else { return false }
    return complaints(about: "import \"\(nowhere)\" as none; \(prelude)\(program)").first?.contains("module not found") == true
  }

  /// Which of several programs, each with its syntax in order, libjq does not compile when they stand in one piece;
  /// `nil` if it compiles all, empty if it does not say which.
  static func wrong(in programs: [String]) -> Set<Int>? {
    let complaints = complaints(about: prelude + programs.map { "(\($0)\n)" }.joined(separator: ", "))
    guard !complaints.isEmpty else { return nil }
    // The number of each program's first line, after the one line of the prelude.
    var starts = [2]
    for program in programs { starts.append((starts.last ?? 0) + 1 + program.utf8.count { $0 == UInt8(ascii: "\n") }) }
    return Set(complaints.compactMap { complaint in
      guard let line = complaint.firstMatch(of: #/ at <top-level>, line (\d+)/#).flatMap({ Int($0.1) }) else { return nil }
      return programs.indices.last { starts[$0] <= line }
    })
  }

  /// What libjq says of a text; nothing if it compiles.
  static func complaints(about text: String) -> [String] {
    var state = jq_init()
    defer { jq_teardown(&state) }
    guard let state else { return ["libjq cannot start"] }
    let messages = JqMessages()
    return withExtendedLifetime(messages) {
      jq_set_error_cb(state, JqMessages.callback, Unmanaged.passUnretained(messages).toOpaque())
      jq_set_attr(state, jv_string("JQ_LIBRARY_PATH"), jv_array())
      return jq_compile(state, text) != 0 ? [] : messages.list.isEmpty ? ["not a jq program"] : messages.list
    }
  }
}
