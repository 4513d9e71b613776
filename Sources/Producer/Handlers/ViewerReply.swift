package import DashboardModel
import PageSync

/// What the one viewer who acted is shown besides the change of the page; nothing of it is kept.
package struct ViewerReply: Hashable, Sendable {
  /// A line of text that goes away by itself.
  package struct Notice: Hashable, Sendable {
    package var text: String
    /// `nil` is neutral.
    package var level: Level?
    package init(_ text: String, level: Level? = nil) {
      self.text = text
      self.level = level
    }
  }

  package var notices: [Notice] = []
  /// The title of his browser's tab.
  package var title: String?
  /// A path of this site, or picture data.
  package var favicon: String?
  /// Where his browser goes: a path of this site, or an http or https address.
  package var redirect: String?

  package init(notices: [Notice] = []) { self.notices = notices }

  private static let mostNotices = 8
  private static let longestText = 1000

  /// `nil` when there is nothing to show. What is too much is cut: notices before a redirect.
  package var note: [UInt8]? {
    var members = JSON.Members()
    if !notices.isEmpty { members["notices"] = .array(notices.prefix(Self.mostNotices).map(Self.json)) }
    members["title"] = title.map { .string(String($0.prefix(Self.longestText))) }
    members["favicon"] = favicon.map { .string($0) }
    members["redirect"] = redirect.map { .string($0) }
    for name in ["favicon", "notices", "redirect"] where JSON.object(members).encoded.count > EventReply.longestNote {
      members[name] = nil
    }
    return members.list.isEmpty ? nil : JSON.object(members).encoded
  }

  private static func json(_ notice: Notice) -> JSON {
    var members = JSON.Members([JSON.Member(name: "text", value: .string(String(notice.text.prefix(longestText))))])
    members["level"] = notice.level.map { .string($0.rawValue) }
    return .object(members)
  }
}
