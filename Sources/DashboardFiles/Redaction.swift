/// Hides what was written in clear and reads like a secret, before a definition is shown. Insertions stay as they are
/// written, so nothing of the environment is shown either.
enum Redaction {
  static let mask = "(hidden)"

  static func applied(to root: YAMLValue) -> YAMLValue {
    var root = mapped(root) { text in hidingDefaults(text) }
    guard let entries = root.entries else { return root }
    root.kind = .map(entries.map { entry in
      guard ["sources", "actions"].contains(entry.key), let sources = entry.value.entries else { return entry }
      return entry.with(.map(sources.map { $0.with(source($0.value).kind) }))
    })
    return root
  }

  private static func source(_ value: YAMLValue) -> YAMLValue {
    guard let entries = value.entries else { return value }
    var result = value
    result.kind = .map(entries.map { entry in
      switch entry.key {
      case "token", "body": entry.with(hidden(entry.value).kind)
      case "headers":
        entry.with(.map((entry.value.entries ?? []).map { isSensitive($0.key) ? $0.with(hidden($0.value).kind) : $0 }))
      case "url": entry.with(mapped(entry.value, address).kind)
      case "run", "command": entry.with(mapped(entry.value, word).kind)
      default: entry
      }
    })
    return result
  }

  /// A text without any insertion is hidden as a whole.
  private static func hidden(_ value: YAMLValue) -> YAMLValue {
    mapped(value) { $0.contains("${") ? $0 : mask }
  }

  /// `redis://user:password@host?token=x` without the password and the token.
  static func address(_ text: String) -> String {
    var text = text
    if let scheme = text.firstRange(of: "://") {
      let authority = text[scheme.upperBound...].prefix { !"/?#".contains($0) }
      if let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":"),
        !authority[colon...].contains("${")
      {
        text.replaceSubrange(text.index(after: colon)..<at, with: mask)
      }
    }
    guard let question = text.firstIndex(of: "?") else { return text }
    let parts = text[text.index(after: question)...].split(separator: "&", omittingEmptySubsequences: false)
    return text[...question] + parts.map { word(String($0)) }.joined(separator: "&")
  }

  /// `--password=x` without the password.
  private static func word(_ text: String) -> String {
    guard let sign = text.firstIndex(of: "="), isSensitive(String(text[..<sign])),
      !text[sign...].contains("${")
    else { return text }
    return text[...sign] + mask
  }

  /// `${secret.NAME:-default}` without the default.
  private static func hidingDefaults(_ text: String) -> String {
    text.replacing(#/\$\{secret\.([^}:]*):-[^}]*\}/#) { "${secret.\($0.1):-\(mask)}" }
  }

  static func isSensitive(_ name: String) -> Bool {
    let name = name.lowercased()
    return ["auth", "cookie", "key", "token", "secret", "passw", "credential"].contains { name.contains($0) }
  }

  private static func mapped(_ value: YAMLValue, _ change: (String) -> String) -> YAMLValue {
    var result = value
    switch value.kind {
    case .nothing: break
    case .scalar(var scalar):
      let text = change(scalar.text)
      if text != scalar.text { scalar = .init(text: text, style: .quoted) }
      result.kind = .scalar(scalar)
    case .list(let elements): result.kind = .list(elements.map { mapped($0, change) })
    case .map(let entries): result.kind = .map(entries.map { $0.with(mapped($0.value, change).kind) })
    }
    return result
  }
}

extension YAMLValue.Entry {
  fileprivate func with(_ kind: YAMLValue.Kind) -> Self {
    var entry = self
    entry.value.kind = kind
    return entry
  }
}
