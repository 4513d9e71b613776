import Foundation

extension Scalars {
  /// A path below the definitions folder, or below any folder: relative, and without a way out.
  static func path(_ text: String) throws(Mistake) -> String {
    guard !text.isEmpty else { throw Mistake(.badPath, "the path is empty") }
    guard !text.hasPrefix("/"), !text.hasPrefix("~"), !text.contains("\\"), !hasControls(text) else {
      throw Mistake(.badPath, "a path begins inside the definitions folder", hint: "such as data/roster.csv")
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.contains("..") else {
      throw Mistake(.badPath, "a path stays inside the definitions folder", hint: "leave out \"..\"")
    }
    guard parts.allSatisfy({ !$0.isEmpty }), parts.last != "." else {
      throw Mistake(.badPath, "the path does not name a file")
    }
    return text
  }

  /// `scheme://host…` with one of the schemes.
  static func url(_ text: String, schemes: [String]) throws(Mistake) -> String {
    let choice = schemes.map { "\($0)://" }.joined(separator: " or ")
    guard let colon = text.firstRange(of: "://"), schemes.contains(text[..<colon.lowerBound].lowercased()) else {
      throw Mistake(.badAddress, "an address begins with \(choice)")
    }
    guard !hasControls(text), !text.contains(" ") else {
      throw Mistake(.badAddress, "an address has no spaces", hint: "write %20")
    }
    let authority = text[colon.upperBound...].prefix { !"/?#".contains($0) }
    let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    if schemes.contains("http"), authority.contains("@") {
      throw Mistake(.badAddress, "an address holds no user name or password",
        hint: "headers: { Authorization: \"…\" }")
    }
    let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } : host.prefix { $0 != ":" }
    let port = host.hasPrefix("[") ? host.dropFirst(name.count + 1) : host.dropFirst(name.count)
    guard !name.isEmpty, port.isEmpty || UInt16(port.dropFirst()).map({ $0 > 0 }) == true else {
      throw Mistake(.badAddress, "the address has no host, or a port that cannot be")
    }
    return text
  }

  /// What a link to another site begins with.
  static let linkSchemes = ["http", "https", "mailto"]

  /// http, https, mailto, or relative to this site.
  static func link(_ text: String) throws(Mistake) -> String {
    guard !text.isEmpty, !hasControls(text), !text.contains(" "), !text.contains("\\") else {
      throw Mistake(.badAddress, "this cannot be a link")
    }
    guard !text.hasPrefix("//") else { throw Mistake(.badAddress, "a link to another site names http or https") }
    let scheme = text.prefix { !":/?#".contains($0) }
    let hasScheme = text.dropFirst(scheme.count).first == ":"
    guard !hasScheme || linkSchemes.contains(scheme.lowercased()) else {
      throw Mistake(.badAddress, "a link begins with \(linkForms), or is relative")
    }
    return text
  }

  /// `http:, https: or mailto:`.
  static var linkForms: String {
    "\(linkSchemes.dropLast().map { "\($0):" }.joined(separator: ", ")) or \(linkSchemes.last ?? ""):"
  }

  static func timezone(_ text: String) throws(Mistake) -> String {
    let known = TimeZone.knownTimeZoneIdentifiers
    if text == "UTC" || known.contains(text) { return text }
    if text.contains("/"), !text.contains(".."), TimeZone(identifier: text) != nil { return text }
    throw Mistake(.notOneOf, "there is no time zone \"\(text.shortened)\"",
      hint: Suggestion.hint(for: text, among: known) ?? "such as Europe/Berlin")
  }

  static func hasControls(_ text: String) -> Bool {
    text.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) }
  }
}
