/// One of the ways in which numbers are written: the only declaration of it for parser, messages, schema and reference.
///
/// When adding one, also teach `client/format_words.js` to write it.
struct FormatWord: Sendable {
  /// What may stand behind the word.
  struct Argument: Sendable {
    var isRequired: Bool
    /// A regular expression that all of it matches.
    var pattern: String
    var noun: String
    var example: String
  }

  var word: String
  var argument: Argument?

  static let all = [
    FormatWord(word: "number", argument: Argument(isRequired: false, pattern: "([0-9]|10)", noun: "0 to 10 decimals", example: "2")),
    FormatWord(word: "percent"), FormatWord(word: "bytes"), FormatWord(word: "bytes/s"), FormatWord(word: "duration"),
    FormatWord(word: "date"), FormatWord(word: "time"),
    FormatWord(
      word: "currency", argument: Argument(isRequired: true, pattern: "[A-Z]{3}", noun: "a code of three letters", example: "EUR")),
  ]

  /// `number`, `percent`, … and with their arguments `number 2`, `currency EUR`.
  static var forms: [String] {
    all.filter { $0.argument?.isRequired != true }.map(\.word)
      + all.compactMap { format in format.argument.map { "\(format.word) \($0.example)" } }
  }

  /// What a whole text matches that is a format.
  static var pattern: String {
    let choices = all.map { format in
      guard let argument = format.argument else { return format.word }
      return "\(format.word)" + (argument.isRequired ? " +\(argument.pattern)" : "( +\(argument.pattern))?")
    }
    return "^ *(\(choices.joined(separator: "|"))) *$"
  }

  /// The format with single spaces, if the text is one.
  static func read(_ text: String) throws(Mistake) -> String {
    let words = text.split(separator: " ").map(String.init)
    guard let format = all.first(where: { $0.word == words.first }) else { throw unknown(text, words) }
    guard let argument = format.argument else {
      if words.count > 1 { throw unknown(text, words) }
      return format.word
    }
    if words.count == 1, !argument.isRequired { return format.word }
    guard words.count == 2, (try? Regex(argument.pattern).wholeMatch(in: words[1])) != nil else {
      throw Mistake(.badFormat, "\(format.word) takes \(argument.noun)", hint: "such as \(format.word) \(argument.example)")
    }
    return words.joined(separator: " ")
  }

  private static func unknown(_ text: String, _ words: [String]) -> Mistake {
    Mistake(.badFormat, "there is no format \"\(text.shortened)\"",
      hint: Suggestion.hint(for: words.first ?? "", among: all.map(\.word)) ?? "one of: \(forms.joined(separator: ", "))")
  }
}
