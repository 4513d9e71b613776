import DashboardModel
import Producer

/// What a handler says to the one viewer who acted, besides what it changes on the page.
@MainActor
final class HandlerReply {
  @TaskLocal static var current: HandlerReply?

  let page: PageInstance
  private(set) var inModel = ViewerReply()

  init(page: PageInstance) { self.page = page }

  func change(_ change: (inout ViewerReply) -> Void) { change(&inModel) }
}

/// How a notice looks.
public enum NoticeLevel: Hashable, Sendable { case neutral, good, warn, bad }

/// Shows a line of text to the viewer whose event is being handled; it goes away by itself.
@MainActor
public func notify(_ text: String, _ level: NoticeLevel = .good) {
  let inModel: Level? =
    switch level {
    case .neutral: nil
    case .good: .good
    case .warn: .warn
    case .bad: .bad
    }
  HandlerReply.current?.change { $0.notices.append(.init(text, level: inModel)) }
}

/// Sends the viewer whose event is being handled elsewhere, and nobody else; `event.page.redirect` sends all.
@MainActor
public func redirect(to address: String) { HandlerReply.current?.change { $0.redirect = address } }

/// Changes the title or the favicon of the browser tab of the viewer whose event is being handled, and nobody else's.
@MainActor
public func showTab(title: String? = nil, favicon: String? = nil) {
  HandlerReply.current?.change { reply in
    if let title { reply.title = title }
    if let favicon { reply.favicon = favicon }
  }
}

/// The address of a page, with its parameters and its query: `url(for: "/hello/{name}", ["name": "Ada"], query: ["q": "x"])`.
public func url(
  for path: String, _ parameters: [String: String] = [:], query: KeyValuePairs<String, String> = [:]
) -> String {
  let filled = path.split(separator: "/").map { part in
    part.hasPrefix("{") ? encoded(parameters[String(part.dropFirst().dropLast())] ?? "") : String(part)
  }
  let search = query.map { "\(encoded($0.key))=\(encoded($0.value))" }.joined(separator: "&")
  return "/" + filled.joined(separator: "/") + (search.isEmpty ? "" : "?" + search)
}

// RFC 3986 §2.3: all that is not unreserved.
private func encoded(_ text: String) -> String {
  text.utf8.map { byte in
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
      String(UnicodeScalar(byte))
    default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
  }.joined()
}
