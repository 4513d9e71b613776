import DashboardModel

/// The channel's own form: a header line, then length-counted records, so that a front takes values over as bytes.
///
/// ```
/// update 5-aa:17 5-aa:18 2
/// set count 13
/// {"value":518}
/// append cpu 600 2 20
/// {}[1732400000000,20.5]
/// remove old
/// ```
/// `set id length`, `append id keep headLength rowsLength`, `remove id`; `moved 6-bb:1`; `gone`.
extension PageMessage {
  /// Updates above this travel as `moved`, and fronts read the page instead.
  package static let largestUpdate = 64 * 1024

  package var bytes: [UInt8] {
    switch self {
    case .gone: return Array("gone\n".utf8)
    case .moved(let to): return Array("moved \(to)\n".utf8)
    case .update(let update):
      var bytes = Array("update \(update.from) \(update.to) \(update.changes.count)\n".utf8)
      for change in update.changes { change.encode(into: &bytes) }
      return bytes.count <= Self.largestUpdate ? bytes : PageMessage.moved(to: update.to).bytes
    }
  }

  /// Reads a message; `nil` if anything does not fit, for what comes from the store is not trusted.
  package init?(bytes: some Collection<UInt8>) {
    var reader = RecordReader(bytes: Array(bytes))
    guard let words = reader.line() else { return nil }
    switch (words.first, words.count) {
    case ("gone", 1): self = .gone
    case ("moved", 2):
      guard let to = Version(words[1]) else { return nil }
      self = .moved(to: to)
    case ("update", 4):
      guard let from = Version(words[1]), let to = Version(words[2]), from.epoch == to.epoch, from < to,
        let count = Int(words[3]), (0...2000).contains(count)
      else { return nil }
      var changes: [ComponentChange] = []
      for _ in 0..<count {
        guard let change = reader.change() else { return nil }
        changes.append(change)
      }
      guard reader.isAtEnd, Set(changes.map(\.id)).count == count else { return nil }
      self = .update(Update(from: from, to: to, changes: changes))
    default: return nil
    }
  }
}

extension ComponentChange {
  fileprivate func encode(into bytes: inout [UInt8]) {
    switch kind {
    case .remove: bytes += "remove \(id)\n".utf8
    case .set(let value):
      let json = value.json
      bytes += "set \(id) \(json.count)\n".utf8
      bytes += json
      bytes.append(UInt8(ascii: "\n"))
    case .append(let append):
      bytes += "append \(id) \(append.keep) \(append.head.count) \(append.points.rows.count)\n".utf8
      bytes += append.head
      bytes += append.points.rows
      bytes.append(UInt8(ascii: "\n"))
    }
  }
}

/// Reads lines of words and length-counted bytes, never past the end.
private struct RecordReader {
  let bytes: [UInt8]
  var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func line() -> [Substring]? {
    guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")), end - position <= 256 else { return nil }
    let text = String(decoding: bytes[position..<end], as: UTF8.self)
    position = end + 1
    return text.split(separator: " ", omittingEmptySubsequences: false)
  }

  mutating func take(_ length: Substring) -> [UInt8]? {
    guard let length = Int(length), length >= 0, length <= bytes.count - position else { return nil }
    defer { position += length }
    return Array(bytes[position..<(position + length)])
  }

  mutating func lineEnd() -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\n") else { return false }
    position += 1
    return true
  }

  mutating func change() -> ComponentChange? {
    guard let words = line(), words.count >= 2, let id = ComponentID(words[1]) else { return nil }
    switch (words[0], words.count) {
    case ("remove", 2): return ComponentChange(id, .remove)
    case ("set", 3):
      guard let json = take(words[2]), lineEnd(), let value = ComponentValue(json: json), isObject(value.head) else {
        return nil
      }
      return ComponentChange(id, .set(value))
    case ("append", 5):
      guard let keep = Int(words[2]), (1...10_000).contains(keep), let head = take(words[3]), let rows = take(words[4]),
        lineEnd(), isObject(head), let points = Points(rows: rows)
      else { return nil }
      return ComponentChange(id, .append(Append(head: head, points: points, keep: keep)))
    default: return nil
    }
  }

  // Browsers get these bytes as they are.
  private func isObject(_ head: [UInt8]) -> Bool {
    if case .object = try? JSON(decoding: head, maximumDepth: ComponentValue.maximumDepth) { true } else { false }
  }
}
