extension JqProblem {
  /// What libjq complains of, in words for people who do not know its grammar, and where.
  init(_ complaint: JqComplaint, in program: String) {
    self.init(message: complaint.message)
    if let name = complaint.undefined {
      offset = complaint.offset.flatMap { Self.isWord(name, at: $0, in: program) ? $0 : nil } ?? Self.offset(of: name, in: program)
      length = name.unicodeScalars.count
      explainUndefined(name, complaint.arity)
    } else if message.hasSuffix(" is not available here") {
      let word = String(message.prefix { $0 != " " })
      (offset, length) = (Self.offset(of: word, in: program), word.unicodeScalars.count)
    } else if message.hasPrefix("syntax error") {
      explainSyntax(complaint, program)
    }
  }

  private mutating func explainSyntax(_ complaint: JqComplaint, _ program: String) {
    let syntax = JqSyntax(program), text = Array(program.unicodeScalars)
    if let foreign = syntax.foreign, foreign < syntax.unmatched?.offset ?? .max {
      (message, offset) = ("jq does not know the character \(text[foreign])", foreign)
      hint = text[foreign] == "&" ? "write and" : "texts stand in double quotes"
    } else if let unmatched = syntax.unmatched {
      (message, offset) = (unmatched.message, unmatched.offset)
    } else if message.contains("unexpected $end") || message.contains("unexpected end of file") {
      (message, offset) = ("the program ends too early", max(0, text.count - 1))
    } else if let place = complaint.offset, text.indices.contains(place) {
      let word = JqSyntax.word(at: place, in: text)
      (offset, length) = (place, word.unicodeScalars.count)
      message = message.contains("INVALID_CHARACTER") ? "jq does not know the character \(word)" : "\"\(word)\" is not expected here"
      hint = Self.hint(word, behind: text[..<place])
    } else {
      message = Self.inWords(message)
    }
  }

  /// What other languages write so.
  private static func hint(_ word: String, behind text: ArraySlice<Unicode.Scalar>) -> String? {
    switch (text.last, word) {
    case ("=", ">"): "write >="
    case ("=", "<"): "write <="
    case ("=", "="), (_, "==="): "write =="
    case ("|", "|"), ("/", "|"): "write or"
    case (_, "!"): "write | not behind it, or !="
    default: keywords.contains(word) ? nil : Suggestion.hint(for: word, among: keywords)
    }
  }

  private static let keywords = [
    "and", "as", "catch", "def", "elif", "else", "end", "foreach", "if", "label", "or", "reduce", "then", "try",
  ]

  private mutating func explainUndefined(_ name: String, _ arity: Int?) {
    guard let arity else { return }
    let known = JqProgram.functions
    if let takes = known[name] {
      let counts = takes.sorted().map(String.init).joined(separator: " or ")
      message = "\"\(name)\" takes \(counts) argument\(takes == [1] ? "" : "s"), here it has \(arity)"
      return
    }
    message = "there is no function \"\(name)\""
    hint = Self.elsewhere[name].map { "write \($0)" } ?? Suggestion.hint(for: name, among: known.keys.sorted())
      ?? (arity == 0 ? "a field is written .\(name), a text \"\(name)\"" : nil)
  }

  /// Functions as other languages call them.
  private static let elsewhere = [
    "sum": "map(…) | add", "len": "length", "count": "length", "size": "length", "filter": "select(…)", "where": "select(…)",
    "upper": "ascii_upcase", "lower": "ascii_downcase", "uppercase": "ascii_upcase", "lowercase": "ascii_downcase",
    "replace": "sub(…; …)", "avg": "add / length", "average": "add / length", "int": "tonumber", "str": "tostring",
    "number": "tonumber", "string": "tostring", "parse": "fromjson",
  ]

  private static func inWords(_ message: String) -> String {
    guard let start = message.firstRange(of: "unexpected ")?.upperBound else { return message }
    let token = message[start...].prefix { $0 != "," }
    if token == "INVALID_CHARACTER" { return "a character that jq does not know" }
    return "\(token.lowercased()) is not expected here"
  }

  private static func isWord(_ word: String, at offset: Int, in program: String) -> Bool {
    program.unicodeScalars.dropFirst(offset).starts(with: word.unicodeScalars)
  }

  /// The first appearance as a whole word.
  private static func offset(of word: String, in program: String) -> Int? {
    let text = Array(program.unicodeScalars), wanted = Array(word.unicodeScalars)
    func isPart(_ index: Int) -> Bool { text.indices.contains(index) && JqSyntax.isWordPart(text[index]) }
    guard !wanted.isEmpty, wanted.count <= text.count else { return nil }
    return (0...(text.count - wanted.count)).first { start in
      text[start..<(start + wanted.count)].elementsEqual(wanted) && !isPart(start - 1) && !isPart(start + wanted.count)
        && (start == 0 || text[start - 1] != ".")
    }
  }
}
