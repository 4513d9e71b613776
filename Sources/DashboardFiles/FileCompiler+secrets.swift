import DashboardModel

/// Secrets that stand in the file itself: they are warned of, and covered wherever a mistake shows their line.
extension FileCompiler {
  /// Notes what reads like a secret below sources or actions, whatever else is wrong there.
  mutating func noteSecrets(_ value: YAMLValue, isSecret: Bool = false) {
    switch value.kind {
    case .nothing: break
    case .scalar(let scalar):
      let holdsOne = Redaction.address(scalar.text) != scalar.text || Redaction.argument(scalar.text) != scalar.text
      if holdsOne || isSecret && !scalar.text.isEmpty && !Self.isInserted(scalar.text) {
        noteSecret(scalar.text, at: value.place)
      }
    case .list(let elements): for element in elements { noteSecrets(element, isSecret: isSecret) }
    case .map(let entries):
      // A program reads fields that may be called so.
      for entry in entries where entry.key != "pick" {
        let isNamed = Redaction.isSensitive(entry.key) || Suggestion.nearest(to: entry.key, among: ["token"]) != nil
        noteSecrets(entry.value, isSecret: isSecret || isNamed && entry.value.entries == nil)
      }
    }
  }

  /// Warns of a token, a password or a key that stands in the file itself.
  mutating func warnOfSecrets(_ entries: [YAMLValue.Entry]) {
    for entry in entries {
      switch entry.key {
      case "token": warnOfSecret(entry.value)
      case "headers":
        for header in entry.value.entries ?? [] where Redaction.isSensitive(header.key) { warnOfSecret(header.value) }
      case "url":
        guard let text = entry.value.scalar?.text, Redaction.address(text) != text else { continue }
        warnOfSecret(entry.value, isWhole: false)
      case "body":
        guard let text = entry.value.scalar?.text, Redaction.holdsSecret(body: text) else { continue }
        warnOfSecret(entry.value, isWhole: false)
      case "run", "command": warnOfWords(entry.value)
      default: break
      }
    }
  }

  /// `--password=x`, `--password x`, and all else that would be hidden.
  private mutating func warnOfWords(_ value: YAMLValue) {
    guard case .list(let words) = value.kind else { return }
    for (word, shown) in zip(words, Redaction.words(words)) {
      guard let text = word.scalar?.text, shown.scalar?.text != text else { continue }
      // The next option, of one that takes nothing.
      if text.hasPrefix("-"), Redaction.argument(text) == text { continue }
      warnOfSecret(word, isWhole: false)
    }
  }

  /// `isWhole` when the text is nothing but the secret.
  private mutating func warnOfSecret(_ value: YAMLValue, isWhole: Bool = true) {
    guard let text = value.scalar?.text, !text.isEmpty, !isWhole || !Self.isInserted(text) else { return }
    noteSecret(text, at: value.place)
    report(.secretInClear, value.place, "a secret stands here in clear",
      hint: "${secret.NAME} keeps it out of the file")
  }

  /// True when what matters comes from outside; a default written in the file does not.
  private static func isInserted(_ text: String) -> Bool { text.contains("${") && !text.contains(#/:-[^}]/#) }
}
