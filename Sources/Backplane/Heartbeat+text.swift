import DashboardModel
import PageSync

extension Heartbeat {
  /// Pages a heartbeat names at most; the rest are found by the fronts' regular version check.
  static let mostVersions = 500

  /// Comes instead of a beat while the store takes no writes, the beat among them.
  static let readOnlyText = "readonly"

  /// What follows the beat on the wire: ` page version page version …`.
  static func text(_ versions: [PageKey: Version]) -> String {
    versions.prefix(mostVersions).map { " \($0.key) \($0.value)" }.joined()
  }

  /// Reads `beat page version …`; `nil` if anything does not fit.
  init?(shard: Int, bytes: [UInt8]) {
    guard bytes.count <= mostBytes else { return nil }
    let words = String(decoding: bytes, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
    guard let beat = words.first.flatMap({ UInt64($0) }), words.count % 2 == 1 else { return nil }
    self.init(shard: shard, beat: beat, versions: [:])
    for index in stride(from: 1, to: words.count, by: 2) {
      guard let page = PageKey(words[index]), let version = Version(words[index + 1]) else { return nil }
      versions[page] = version
    }
  }
}

private let mostBytes = 128 * 1024

/// An event's reply on a front's channel: `<viewer> <seq> <reply>`.
struct ReplyText {
  let viewer: ViewerID
  let sequence: UInt64
  let reply: EventReply

  var text: String { "\(viewer) \(sequence) \(reply.text)" }
}

extension ReplyText {
  init?(bytes: [UInt8]) {
    guard bytes.count <= EventReply.longestNote + 256 else { return nil }
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ", maxSplits: 2)
    guard parts.count == 3, let viewer = ViewerID(parts[0]), let sequence = UInt64(parts[1]),
      let reply = EventReply(parts[2])
    else { return nil }
    self.init(viewer: viewer, sequence: sequence, reply: reply)
  }
}
