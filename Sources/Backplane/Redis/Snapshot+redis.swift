import DashboardModel
import Redis

extension Snapshot {
  /// From m, c and x as `Scripts.read` gives them, decoded without trust: `nil` if a count, a mark or a value does not
  /// fit (R15).
  init?(redis reply: RedisValue) {
    guard let replies = reply.elements, replies.count >= 3, let meta = replies[0].fields,
      let components = replies[1].fields,
      let removed = replies[2].fields, let version = Version(meta: meta),
      let removedFloor = meta.number("tf"), removedFloor <= version.revision,
      meta.number("nc") == UInt64(components.count), meta.number("nt") == UInt64(removed.count)
    else { return nil }
    self.init(version: version, components: [:], removedFloor: removedFloor)
    for (name, bytes) in components {
      guard let id = ComponentID(name), let value = StoredValue(redis: bytes), value.revision <= version.revision else {
        return nil
      }
      self.components[id] = value
    }
    for (name, bytes) in removed {
      guard let id = ComponentID(name), let revision = storedNumber(String(decoding: bytes, as: UTF8.self)),
        revision <= version.revision, self.components[id] == nil
      else { return nil }
      self.removed[id] = revision
    }
  }
}

extension Version {
  /// From a page's m hash; `nil` if it is of another protocol or no version.
  init?(meta: [String: [UInt8]]) {
    guard meta["v"] == Array("1".utf8), let generation = meta.number("g"), let revision = meta.number("r"),
      let nonce = meta["n"]
    else { return nil }
    self.init("\(generation)-\(String(decoding: nonce, as: UTF8.self)):\(revision)")
  }
}

extension Snapshot.StoredValue {
  /// `<rev> <json>`; `nil` if the JSON is no object or nests too deep.
  init?(redis bytes: [UInt8]) {
    guard let space = bytes.prefix(16).firstIndex(of: UInt8(ascii: " ")),
      let revision = storedNumber(String(decoding: bytes[..<space], as: UTF8.self)),
      case let json = Array(bytes[(space + 1)...]), JSONCheck.isObject(json), let value = ComponentValue(json: json)
    else { return nil }
    self.init(revision: revision, value: value)
  }

  /// The form ``init(redis:)`` reads.
  var redis: [UInt8] { Array("\(revision) ".utf8) + value.json }
}

extension [String: [UInt8]] {
  fileprivate func number(_ name: String) -> UInt64? {
    self[name].flatMap { storedNumber(String(decoding: $0, as: UTF8.self)) }
  }
}
