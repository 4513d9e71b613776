import DashboardModel

extension ViewerMessage {
  /// The JSON object browsers get, over either transport (docs/protocol.md, "Browser messages").
  package var json: [UInt8] {
    switch self {
    case .full(let to, let values):
      var bytes = Array(#"{"type":"full","to":""#.utf8)
      bytes += "\(to)\",\"components\":".utf8
      bytes.appendObject(values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) })
      bytes.append(UInt8(ascii: "}"))
      return bytes
    case .delta(let update): return Self.encode("delta", update)
    case .rebase(let update): return Self.encode("rebase", update)
    }
  }

  private static func encode(_ type: String, _ update: Update) -> [UInt8] {
    var bytes = Array("{\"type\":\"\(type)\",\"from\":\"\(update.from)\",\"to\":\"\(update.to)\"".utf8)
    var set: [(ComponentID, [UInt8])] = []
    var append: [(ComponentID, [UInt8])] = []
    var remove: [JSON] = []
    for change in update.changes {
      switch change.kind {
      case .set(let value): set.append((change.id, value.json))
      case .append(let rows): append.append((change.id, rows.json))
      case .remove: remove.append(.string(change.id.name))
      }
    }
    bytes.appendMember("set", set)
    bytes.appendMember("append", append)
    if !remove.isEmpty {
      bytes += #","remove":"#.utf8
      bytes += JSON.array(remove).encoded
    }
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }
}

extension Append {
  /// `{"head":{…},"points":[row,…],"keep":600}`
  fileprivate var json: [UInt8] {
    var bytes = Array(#"{"head":"#.utf8)
    bytes += head
    bytes += #","points":["#.utf8
    bytes += points.rows
    bytes += "],\"keep\":\(keep)}".utf8
    return bytes
  }
}

extension [UInt8] {
  fileprivate mutating func appendMember(_ name: String, _ entries: [(ComponentID, [UInt8])]) {
    guard !entries.isEmpty else { return }
    self += ",\"\(name)\":".utf8
    appendObject(entries)
  }

  // Component ids need no escaping: they are checked names.
  fileprivate mutating func appendObject(_ entries: [(ComponentID, [UInt8])]) {
    append(UInt8(ascii: "{"))
    for (index, entry) in entries.enumerated() {
      self += "\(index > 0 ? "," : "")\"\(entry.0)\":".utf8
      self += entry.1
    }
    append(UInt8(ascii: "}"))
  }
}
