package import DashboardModel

/// The marks as they are kept beside a page: under `done.<viewer>` the last sequence, then those of the last 16 that were
/// refused with the reason's word: `17 16:handler 12:poison`.
extension ViewerMarks {
  private static let prefix = "done."
  /// Viewers kept beside a page; beyond twice as many, those longest silent go.
  private static let mostKept = 256

  /// Writes the viewer's mark into the page's next commit, which carries the event's effect.
  package func keep(_ viewer: ViewerID, in writer: inout PageWriter) {
    guard let mark = self[viewer] else { return }
    let refused = mark.failures.sorted { $0.key > $1.key }.map { " \($0.key):\($0.value)" }.joined()
    writer.setPrivate(Self.prefix + viewer.text, Array("\(mark.sequence)\(refused)".utf8))
    let kept = writer.privateState.keys.filter { $0.hasPrefix(Self.prefix) }
    guard kept.count > 2 * Self.mostKept else { return }
    let ages = kept.map { name in (name, ViewerID(name.dropFirst(Self.prefix.count)).flatMap { self[$0]?.at } ?? .zero) }
    for (name, _) in ages.sorted(by: { $0.1 > $1.1 }).dropFirst(Self.mostKept) { writer.setPrivate(name, nil) }
  }

  /// Takes over what was kept beside a page.
  package mutating func restore(from privateState: [String: [UInt8]], now: Duration) {
    for (name, bytes) in privateState where name.hasPrefix(Self.prefix) {
      let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
      guard let viewer = ViewerID(name.dropFirst(Self.prefix.count)), let sequence = words.first.flatMap({ UInt64($0) })
      else { continue }
      var failures: [UInt64: String] = [:]
      for word in words.dropFirst() {
        let parts = word.split(separator: ":", maxSplits: 1)
        if parts.count == 2, let number = UInt64(parts[0]) { failures[number] = String(parts[1]) }
      }
      restore(viewer, sequence, failures, now: now)
    }
  }
}
