extension JqProblem {
  /// Finds the place of libjq's complaint: it names the word that is not defined, but of a mistake in the syntax only
  /// the line; there the first bracket, quote or character that cannot be is looked for.
  init(_ message: String, in program: String) {
    self.init(message: message)
    if let word = Self.undefinedWord(message) {
      (offset, length) = (Self.offset(of: word, in: program), word.unicodeScalars.count)
      return
    }
    if message.hasSuffix(" is not available here") {
      let word = String(message.prefix { $0 != " " })
      (offset, length) = (Self.offset(of: word, in: program), word.unicodeScalars.count)
      return
    }
    guard message.hasPrefix("syntax error") else { return }
    let syntax = JqSyntax(program)
    if let foreign = syntax.foreign, foreign < syntax.unmatched?.offset ?? .max {
      let text = Array(program.unicodeScalars)
      (self.message, offset) = ("jq does not know the character \(text[foreign])", foreign)
      hint = text[foreign] == "&" ? "write and" : "texts stand in double quotes"
    } else if let unmatched = syntax.unmatched {
      (self.message, offset) = (unmatched.message, unmatched.offset)
    } else if message.contains("unexpected $end") || message.contains("unexpected end of file") {
      let length = program.unicodeScalars.count
      (self.message, offset) = ("the program ends too early", max(0, length - 1))
    } else {
      self.message = Self.inWords(message)
    }
  }

  /// `foo/1 is not defined` → `foo`, `$x is not defined` → `$x`.
  private static func undefinedWord(_ message: String) -> String? {
    guard let end = message.firstRange(of: " is not defined")?.lowerBound else { return nil }
    let name = message[..<end].split(separator: " ").last ?? ""
    return name.isEmpty ? nil : String(name.prefix { $0 != "/" })
  }

  private static func inWords(_ message: String) -> String {
    guard let start = message.firstRange(of: "unexpected ")?.upperBound else { return message }
    let token = message[start...].prefix { $0 != "," }
    if token == "INVALID_CHARACTER" { return "a character that jq does not know" }
    return "\(token.lowercased()) is not expected here"
  }

  /// The first appearance as a whole word.
  private static func offset(of word: String, in program: String) -> Int? {
    let text = Array(program.unicodeScalars), wanted = Array(word.unicodeScalars)
    func isWord(_ index: Int) -> Bool {
      text.indices.contains(index) && (text[index].properties.isAlphabetic || text[index] == "_"
        || ("0"..."9").contains(text[index]))
    }
    guard !wanted.isEmpty, wanted.count <= text.count else { return nil }
    return (0...(text.count - wanted.count)).first { start in
      text[start..<(start + wanted.count)].elementsEqual(wanted) && !isWord(start - 1) && !isWord(start + wanted.count)
        && (start == 0 || text[start - 1] != ".")
    }
  }
}
