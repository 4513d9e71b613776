import DashboardModel
import PageSync
import Redis

extension EventRecord {
  /// Names and values of the stream entry.
  var fields: [[UInt8]] {
    [
      ("kind", kind.rawValue), ("page", "\(page)"), ("viewer", viewer.text), ("seq", "\(sequence)"),
      ("lowest", "\(lowest)"), ("component", component), ("name", name), ("front", front),
      ("roles", roles.joined(separator: " ")),
    ].flatMap { [Array($0.0.utf8), Array($0.1.utf8)] } + [Array("data".utf8), data]
  }

  /// Reads an entry's fields; `nil` if something is missing or does not fit.
  init?(redis value: RedisValue) {
    guard let fields = value.fields else { return nil }
    func text(_ name: String) -> String? { fields[name].flatMap { String(validating: $0, as: UTF8.self) } }
    guard let kind = text("kind").flatMap(Kind.init), let page = text("page").flatMap({ PageKey($0) }),
      let viewer = text("viewer").flatMap({ ViewerID($0) }), let sequence = text("seq").flatMap({ storedNumber($0) }),
      let lowest = text("lowest").flatMap({ storedNumber($0) }), let component = text("component"),
      let name = text("name"), let front = text("front"), let data = fields["data"], JSONCheck.isValue(data)
    else { return nil }
    self.init(
      kind: kind, page: page, viewer: viewer, sequence: sequence, lowest: lowest, component: component, name: name,
      data: data, front: front)
    // A front of an older version vouches for nothing.
    roles = (text("roles") ?? "").split(separator: " ").map(String.init)
  }
}

/// An entry of the stream as read: its id, and the event if it can be understood.
struct StreamEntry {
  let id: String
  let record: EventRecord?

  /// `[id, [name, value, …]]`; `nil` for an entry that was deleted meanwhile.
  init?(_ value: RedisValue) {
    guard let parts = value.elements, parts.count == 2, let id = parts[0].text, isEntryID(id) else { return nil }
    self.id = id
    self.record = EventRecord(redis: parts[1])
  }
}

/// True for `1732400000000-0`.
func isEntryID(_ text: String) -> Bool {
  let parts = text.split(separator: "-", omittingEmptySubsequences: false)
  return parts.count == 2 && parts.allSatisfy { UInt64($0) != nil && $0.first != "+" }
}
