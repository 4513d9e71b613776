/// The name of a component inside its page: `[a-z][a-z0-9_-]{0,63}`.
///
/// `@page` is ours: the item under that id is the page's published definition (``PageHeader``), so that the definition
/// travels, is versioned and is refreshed like any other item. So is `@style`: the utility classes' rules of a page of
/// elements.
package struct ComponentID: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let name: String

  package static let page = ComponentID(unchecked: "@page")
  package static let style = ComponentID(unchecked: "@style")

  package init?(_ name: some StringProtocol) {
    guard name == "@page" || name == "@style" || Self.isValid(name) else { return nil }
    self.name = String(name)
  }

  private init(unchecked name: String) { self.name = name }

  /// True for an item that is no component.
  package var isOurs: Bool { name.hasPrefix("@") }

  /// True for a name a definition file may use.
  package static func isValid(_ name: some StringProtocol) -> Bool {
    isName(name, first: { (0x61...0x7A).contains($0) })
  }

  package var description: String { name }
  package static func < (a: ComponentID, b: ComponentID) -> Bool { a.name < b.name }
}

/// The address of a page: a dashboard's name, the values of its variables, and, when its scope is the viewer, whose
/// instance it is.
///
/// Written `counter`, `shop?region=us`, `hello~Zk3…` or `shop?region=us~Zk3…`. The viewer part is derived by a front from
/// the session and the tab (``ViewerID``), never taken from a request, so nobody can name another viewer's page.
package struct PageKey: Hashable, Sendable, CustomStringConvertible {
  package let dashboard: String
  package let parameters: PageParameters
  package let viewer: ViewerID?

  package init?(dashboard: some StringProtocol, parameters: PageParameters = .empty, viewer: ViewerID? = nil) {
    guard Self.isValidName(dashboard) else { return nil }
    self.dashboard = String(dashboard)
    self.parameters = parameters
    self.viewer = viewer
  }

  private init(_ key: PageKey, _ parameters: PageParameters, _ viewer: ViewerID?) {
    dashboard = key.dashboard
    self.parameters = parameters
    self.viewer = viewer
  }

  /// Reads the written form; `nil` for anything else.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "~", maxSplits: 1, omittingEmptySubsequences: false)
    let words = (parts.first ?? "").split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = words.first, let parameters = words.count == 2 ? PageParameters(words[1]) : .some(.empty),
      words.count == 1 || !parameters.isEmpty
    else { return nil }
    let viewer = parts.count == 2 ? ViewerID(parts[1]) : nil
    guard parts.count == 1 || viewer != nil else { return nil }
    self.init(dashboard: name, parameters: parameters, viewer: viewer)
  }

  /// The page that is always there and whose definition tells fronts about all others.
  package var plain: PageKey { isOnDemand ? PageKey(self, .empty, nil) : self }

  /// True for a page that is made when somebody asks for it, and dropped when nobody looks any more.
  package var isOnDemand: Bool { viewer != nil || !parameters.isEmpty }

  package func with(_ parameters: PageParameters) -> PageKey { PageKey(self, parameters, viewer) }

  package func with(_ viewer: ViewerID) -> PageKey { PageKey(self, parameters, viewer) }

  /// The page that tells editors what is wrong with this dashboard's file. Its viewer part has another length than any that
  /// a front derives, so no browser's page has this address.
  package var forEditors: PageKey { PageKey(self, .empty, .editors) }

  package var isForEditors: Bool { viewer == .editors }

  /// True for a name a dashboard may have: `[a-z0-9][a-z0-9_-]{0,63}`.
  package static func isValidName(_ name: some StringProtocol) -> Bool {
    isName(name, first: { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) })
  }

  package var description: String {
    dashboard + (parameters.isEmpty ? "" : "?\(parameters)") + (viewer.map { "~\($0.text)" } ?? "")
  }
}

/// Who sends events: one browser tab of one session. 16 to 64 characters of the URL-safe Base64 alphabet, of which the first
/// 22 say which session, so that a handler can tell the tabs of one browser.
package struct ViewerID: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  /// All editors together, see ``PageKey/forEditors``.
  package static let editors = ViewerID(unchecked: "editors-of-this-page")

  private init(unchecked text: String) { self.text = text }

  package init?(_ text: some StringProtocol) {
    guard (16...64).contains(text.utf8.count), text.utf8.allSatisfy(isURLSafeBase64) else { return nil }
    self.text = String(text)
  }

  package var description: String { text }

  /// The same for all tabs of one browser; tells nothing about the cookie.
  package var session: String { String(text.prefix(Self.sessionLength)) }

  package static let sessionLength = 22
}

private func isURLSafeBase64(_ byte: UInt8) -> Bool {
  switch byte {
  case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
  default: false
  }
}

private func isName(_ name: some StringProtocol, first: (UInt8) -> Bool) -> Bool {
  guard (1...64).contains(name.utf8.count), let head = name.utf8.first, first(head) else { return false }
  return name.utf8.dropFirst().allSatisfy { byte in
    switch byte {
    case 0x30...0x39, 0x61...0x7A, 0x2D, 0x5F: true
    default: false
    }
  }
}
