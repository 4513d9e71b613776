/// Hides what was written in clear and reads like a secret, before a definition is shown. Insertions stay as they are
/// written, so nothing of the environment is shown either.
enum Redaction {
  static let mask = "(hidden)"

  static func applied(to root: YAMLValue) -> YAMLValue {
    var root = mapped(root) { text in hidingDefaults(text) }
    guard let entries = root.entries else { return root }
    root.kind = .map(entries.map { entry in
      guard ["sources", "actions", "components"].contains(entry.key), let sources = entry.value.entries
      else { return entry }
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
      case "url": entry.with(mapped(entry.value) { address($0, inserted: allDefaultsHidden) }.kind)
      case "run", "command": entry.with(words(entry.value).kind)
      default: entry
      }
    })
    return result
  }

  /// A text without any insertion is hidden as a whole.
  private static func hidden(_ value: YAMLValue) -> YAMLValue {
    mapped(value, concealed)
  }

  private static func concealed(_ text: String) -> String {
    text.contains("${") ? allDefaultsHidden(text) : mask
  }

  private static func words(_ value: YAMLValue) -> YAMLValue {
    guard case .list(let elements) = value.kind else { return value }
    var result = value
    result.kind = .list(words(elements))
    return result
  }

  /// A program's or Redis' words: what follows `--password`, `requirepass` or `AUTH` is hidden as well, and the password of
  /// `curl -u name:password`.
  static func words(_ elements: [YAMLValue]) -> [YAMLValue] {
    let isCurl = elements.first?.scalar?.text.split(separator: "/").last == "curl"
    var before = "", hidesRest = false
    return elements.map { element in
      let text = element.scalar?.text ?? ""
      let isOption = before.hasPrefix("-") && isSensitive(before)
      let hidesAll = hidesRest || !before.contains("=") && (isOption || before.lowercased().hasSuffix("pass"))
      let isLogin = isCurl && ["-u", "--user"].contains(before)
      hidesRest = hidesRest || text.uppercased() == "AUTH"
      before = text
      return mapped(element) {
        hidesAll ? concealed($0) : isLogin ? login($0) : argument($0, inserted: allDefaultsHidden)
      }
    }
  }

  /// `--password=x`, `Authorization: Bearer x` or `redis://user:x@host`, without what is secret of it.
  static func argument(_ text: String, inserted: (String) -> String = { $0 }) -> String {
    if text.contains("://") { return address(text, inserted: inserted) }
    guard let sign = text.firstRange(of: ": "), text[..<sign.lowerBound].allSatisfy({ $0.isLetter || $0 == "-" }),
      isSensitive(String(text[..<sign.lowerBound]))
    else { return word(text, inserted: inserted) }
    return text[..<sign.upperBound] + covered(text[sign.upperBound...], inserted)
  }

  private static func login(_ text: String) -> String {
    guard let colon = text.firstIndex(of: ":") else { return text }
    return text[...colon] + covered(text[text.index(after: colon)...], allDefaultsHidden)
  }

  private static func covered(_ value: Substring, _ inserted: (String) -> String) -> String {
    value.contains("${") ? inserted(String(value)) : mask
  }

  /// `redis://user:password@host?token=x` without the password and the token. Where something is inserted
  /// instead, `inserted` says what is shown of it.
  static func address(_ text: String, inserted: (String) -> String = { $0 }) -> String {
    var text = text
    if let scheme = text.firstRange(of: "://") {
      let authority = text[scheme.upperBound...].prefix { !"/?#".contains($0) }
      if let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") {
        let place = text.index(after: colon)..<at
        text.replaceSubrange(place, with: authority[colon...].contains("${") ? inserted(String(text[place])) : mask)
      }
    }
    guard let question = text.firstIndex(of: "?") else { return text }
    let parts = text[text.index(after: question)...].split(separator: "&", omittingEmptySubsequences: false)
    return text[...question] + parts.map { word(String($0), inserted: inserted) }.joined(separator: "&")
  }

  /// `--password=x` without the password.
  static func word(_ text: String, inserted: (String) -> String = { $0 }) -> String {
    guard let sign = text.firstIndex(of: "="), isSensitive(String(text[..<sign])) else { return text }
    return text[...sign] + covered(text[text.index(after: sign)...], inserted)
  }

  /// `${secret.NAME:-default}` without the default, and `${env.NAME:-default}` if the name reads like a secret's.
  private static func hidingDefaults(_ text: String) -> String {
    text.replacing(#/\$\{(env|secret)\.([^}:]*):-[^}]*\}/#) { match in
      match.1 == "secret" || isSensitive(String(match.2)) ? "${\(match.1).\(match.2):-\(mask)}" : String(match.0)
    }
  }

  /// The same of every name, for places where nothing but a secret stands.
  private static func allDefaultsHidden(_ text: String) -> String {
    text.replacing(#/\$\{(env|secret)\.([^}:]*):-[^}]*\}/#) { "${\($0.1).\($0.2):-\(mask)}" }
  }

  /// `{"password": "x"}` and `password=x`.
  static func holdsSecret(body text: String) -> Bool {
    text.matches(of: #/["']?([\w-]+)["']?\s*[:=]\s*["']?([^"'&,}\s]+)/#)
      .contains { isSensitive(String($0.1)) && !$0.2.contains("${") }
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
