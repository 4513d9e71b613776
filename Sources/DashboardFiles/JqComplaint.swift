/// One complaint of libjq about a program, taken apart.
///
/// Behind the message stands the program's line, and behind that as many spaces as there are bytes before the place:
/// ```
/// jq: error: syntax error, unexpected '+' (Unix shell quoting issues?) at <top-level>, line 2:
/// .a ++ 2····
/// ```
struct JqComplaint {
  /// Without libjq's decoration.
  var message: String
  /// Where it is, counted in Unicode scalars of the program; `nil` if libjq does not say.
  var offset: Int?

  init(message: String) { self.message = message }

  /// `lines` is how many lines were put before the program.
  init(_ complaint: String, in program: String, after lines: Int) {
    message = Self.plain(complaint)
    guard let found = complaint.firstMatch(of: #/ at <top-level>, line (\d+):\n/#), let number = Int(found.1) else { return }
    let text = program.split(separator: "\n", omittingEmptySubsequences: false)
    guard text.indices.contains(number - 1 - lines) else { return }
    let line = text[number - 1 - lines], shown = complaint[found.range.upperBound...]
    let bytes = shown.utf8.count - line.utf8.count
    guard shown.hasPrefix(line), (0...line.utf8.count).contains(bytes) else { return }
    let before = text[..<(number - 1 - lines)].reduce(0) { $0 + $1.unicodeScalars.count + 1 }
    offset = before + String(decoding: line.utf8.prefix(bytes), as: UTF8.self).unicodeScalars.count
  }

  /// `foo/1 is not defined` → `foo`, `$x is not defined` → `$x`.
  var undefined: String? { definition.map { String($0.prefix { $0 != "/" }) } }

  /// How many arguments the function has that is not defined.
  var arity: Int? { definition?.split(separator: "/").dropFirst().last.flatMap { Int($0) } }

  private var definition: Substring? {
    guard let end = message.firstRange(of: " is not defined")?.lowerBound else { return nil }
    return message[..<end].split(separator: " ").last
  }

  private static func plain(_ complaint: String) -> String {
    var text = complaint
    if text.hasPrefix("jq: error: ") { text.removeFirst("jq: error: ".count) }
    if let range = text.firstRange(of: " at <top-level>") { text = String(text[..<range.lowerBound]) }
    if let range = text.firstRange(of: " (Unix shell quoting issues?)") { text.removeSubrange(range) }
    return text
  }
}
