extension JqProgram {
  /// Put before every program: an empty environment, and an error for whatever reaches outside the value. Modules
  /// cannot be imported either, because `import` must come first in a program.
  static let prelude: String = {
    let stopped = unavailable.filter { $0 != "env" && !$0.hasPrefix("$") && $0 != "import" && $0 != "include" }
    let definitions = stopped.map { "def \($0): error(\"\($0) is not available here\");" }
    return "{} as $ENV | def env: {}; \(definitions.joined(separator: " ")) "
      + "def halt_error(x): error(\"halt_error is not available here\");\n"
  }()

  static let unavailable = [
    "$ENV", "env", "input", "inputs", "debug", "stderr", "input_filename", "input_line_number", "halt", "halt_error",
    "modulemeta", "get_search_list", "import", "include",
  ]

  /// A word that ``prelude`` would turn into an error, found early so that the file's author hears of it. Field names
  /// (`.env`, `{input: 1}`) and texts are left alone.
  static func forbiddenWord(in program: String) -> String? {
    let text = Array(program.unicodeScalars)
    var index = 0, previous: Unicode.Scalar = " "
    while index < text.count {
      let scalar = text[index]
      if scalar == "\"" {
        index = endOfString(text, index)
      } else if scalar == "#" {
        while index < text.count, text[index] != "\n" { index += 1 }
      } else if scalar == "$" || isWordStart(scalar) {
        let end = text[(index + 1)...].firstIndex { !isWordPart($0) } ?? text.count
        let word = String(String.UnicodeScalarView(text[index..<end]))
        let isField = previous == "." || isKey(text, index, end)
        if !isField, unavailable.contains(word) { return word }
        index = end
      } else {
        index += 1
      }
      previous = index > 0 && index <= text.count ? text[index - 1] : " "
    }
    return nil
  }

  /// `{input: 1}`, and `{env}` for `{env: .env}`; a list's element looks alike and is left to ``prelude``.
  private static func isKey(_ text: [Unicode.Scalar], _ start: Int, _ end: Int) -> Bool {
    let next = text[end...].first { $0 != " " }
    if next == ":" { return true }
    let before = text[..<start].last { $0 != " " }
    return text[start] != "$" && (before == "{" || before == ",") && (next == "}" || next == ",")
  }

  private static func endOfString(_ text: [Unicode.Scalar], _ start: Int) -> Int {
    var index = start + 1
    while index < text.count, text[index] != "\"" { index += text[index] == "\\" ? 2 : 1 }
    return min(index + 1, text.count)
  }

  private static func isWordStart(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isAlphabetic || scalar == "_" }

  private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
    isWordStart(scalar) || ("0"..."9").contains(scalar)
  }
}
