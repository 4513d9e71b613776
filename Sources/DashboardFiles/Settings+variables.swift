import DashboardModel

extension Settings {
  /// What a viewer may choose: one type for each kind of control.
  static let variables: [(word: String, settings: [Setting])] = [
    ("select", variable([
      Setting("options", .options, isRequired: true, "The values to choose from; a map shows its values and means its keys."),
      Setting("default", .text, isRequired: true, "The value without a choice; one of the options."),
    ])),
    ("text", variable([
      Setting("default", .text, fallback: "", "The text without a word from the viewer."),
      Setting("longest", .integer(1...PageParameters.longestValue), fallback: 100, "How long it may be, in bytes of UTF-8."),
    ])),
    ("number", variable([
      Setting("min", .number(anyNumber), isRequired: true, "The least it may be."),
      Setting("max", .number(anyNumber), isRequired: true, "The most it may be."),
      Setting("default", .number(anyNumber), isRequired: true, "The number without a choice."),
    ])),
  ]

  private static func variable(_ own: [Setting]) -> [Setting] {
    [
      Setting("type", .section, isRequired: true, "What kind of control it is."),
      Setting("title", .text, "The control's label; from the name if left out."),
    ] + own
  }

  static let mostVariables = 8
  static let mostOptions = 200
}

extension Setting {
  /// How a variable's value is written into an option.
  enum VariablePlace: Hashable, Sendable {
    /// As one of the ways in which a text takes it.
    case text(VariableText.Encoding)
    /// In the body of a request: as JSON text in a body that begins like JSON, percent-encoded in any other.
    case body
    /// Inside a word of a command, which a viewer's own text must not begin.
    case word
    /// Percent-encoded; a viewer's own text only behind the host.
    case address
    /// Inside a word that is a program of its own: no text of the viewer's own.
    case code
    /// Inside a path or an address that ends in one: no text of the viewer's own.
    case part
    /// As the value of a parameter, which nothing reads as code.
    case bound
    /// Only what can be checked beforehand: no text of the viewer's own.
    case listed
  }

  /// `nil`: no variable may stand here.
  var variablePlace: VariablePlace? {
    switch (kind, name) {
    case (.text, "thumbnail"), (.text, "default"), (.privateText, "token"): nil
    case (.text, "disk"), (.path, _), (.timezone, _): .listed
    case (.text, _): .text(.plain)
    case (.markdown, _): .text(.markdown)
    case (.privateText, "body"): .body
    case (.privateText, _): .text(.plain)
    case (.link, _): .text(.address)
    case (.url, _): .address
    case (.words, _): .word
    case (.query, _): .bound
    default: nil
    }
  }

  /// How what comes from outside is written into a text of the option.
  func encoding(in text: String) -> VariableText.Encoding {
    switch (kind, name) {
    case (.url, _), (.link, _): .address
    case (.markdown, _): .markdown
    case (.privateText, "body"): Self.isJSON(text) ? .json : Self.isForm(text) ? .address : .plain
    default: .plain
    }
  }

  /// True for a body that begins like JSON.
  static func isJSON(_ text: String) -> Bool { ["{", "["].contains(text.first { !$0.isWhitespace }) }

  /// True for a body such as `channel=ops&text=${env.HOST}`.
  private static func isForm(_ text: String) -> Bool {
    guard let sign = text.firstIndex(of: "="), sign != text.startIndex else { return false }
    return text[..<sign].allSatisfy { $0.isLetter || $0.isNumber || "_-.[]".contains($0) } && !text.contains(where: \.isWhitespace)
  }
}
