import DashboardModel

/// The copies of a page that an `If-None-Match` names, as `"V/all"` or `"V/all-gzip"`. Anything else matches none.
struct EntityTag: Sendable {
  enum Copy: Hashable, Sendable { case plain, gzip }

  private var copies: [(version: Version, copy: Copy)] = []

  /// Of a header's value: one tag, or several with commas between; weak ones count as strong (RFC 9110 §13.1.2).
  init(_ value: String?) {
    guard let value else { return }
    for part in value.split(separator: ",").prefix(Self.most) {
      var tag = part.drop { $0 == " " || $0 == "\t" }
      while tag.last == " " || tag.last == "\t" { tag.removeLast() }
      if tag.hasPrefix("W/") { tag.removeFirst(2) }
      guard tag.hasPrefix("\""), let slash = tag.firstIndex(of: "/"), let version = Version(tag[..<slash].dropFirst()) else { continue }
      switch tag[slash...] {
      case "/all\"": copies.append((version, .plain))
      case "/all-gzip\"": copies.append((version, .gzip))
      default: continue
      }
    }
  }

  /// A cache holds a copy or two of a page.
  private static let most = 8

  /// Which copy of this version is held; `nil` for none.
  func copy(of version: Version) -> Copy? { copies.first { $0.version == version }?.copy }
}
