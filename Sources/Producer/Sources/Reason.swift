import DashboardModel

/// Makes any text fit to be shown as a reason.
package enum Reason {
  static let limit = 200

  /// One line of at most 200 characters: control characters written out, `secrets` and the credentials of URLs covered,
  /// and the longer words of a secret as well (of `Bearer 4f1c…` the token).
  package static func clean(_ text: String, hiding secrets: [String] = []) -> String {
    let words = secrets.flatMap { $0.split(whereSeparator: \.isWhitespace).filter { $0.utf8.count >= 8 }.map(String.init) }
    let text = coverCredentials(covering((secrets + words).filter { $0.utf8.count >= 4 }, in: text))
    var line = ""
    for scalar in text.unicodeScalars {
      line += isControl(scalar) ? escape(scalar) : String(scalar)
    }
    return line.count <= limit ? line : line.prefix(limit - 1) + "…"
  }

  /// A value without secrets in its texts. Short ones are left: they would be found in innocent words.
  static func covering(_ secrets: [String], in value: JSON) -> JSON {
    let secrets = secrets.filter { $0.utf8.count >= 8 }
    guard !secrets.isEmpty else { return value }
    switch value {
    case .string(let text): return .string(covering(secrets, in: text))
    case .array(let elements): return .array(elements.map { covering(secrets, in: $0) })
    case .object(let members):
      return .object(JSON.Members(members.list.map { .init(name: covering(secrets, in: $0.name), value: covering(secrets, in: $0.value)) }))
    default: return value
    }
  }

  /// Each secret as it is, as a URL writes it, and as JSON does; the longest first, for one may hold another.
  private static func covering(_ secrets: [String], in text: String) -> String {
    let forms = Set(secrets + secrets.map(PercentEncoding.encoded) + secrets.map { VariableText.written($0, .json) })
    return forms.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }.reduce(text) { text, secret in
      text.contains(secret) ? text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "***") : text
    }
  }

  /// `http://user:word@host` becomes `http://***@host`.
  private static func coverCredentials(_ text: String) -> String {
    let pieces = text.split(separator: "://", omittingEmptySubsequences: false)
    guard pieces.count > 1 else { return text }
    let covered = pieces.dropFirst().map { piece -> Substring in
      let authority = piece.prefix { $0 != "/" && $0 != " " && $0 != "\"" && $0 != "?" && $0 != "\n" }
      guard let at = authority.lastIndex(of: "@") else { return piece }
      return "***" + piece[at...]
    }
    return ([pieces[0]] + covered).joined(separator: "://")
  }

  // Besides C0, DEL and C1: line and paragraph separators and the marks that turn the direction of writing round.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": #"\n"#
    case "\r": #"\r"#
    case "\t": " "
    default: #"\u{"# + String(scalar.value, radix: 16) + "}"
    }
  }
}
