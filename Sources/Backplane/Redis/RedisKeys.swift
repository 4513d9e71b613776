import DashboardModel

/// The names of keys and channels. Those of a shard share a hash tag, so that one script may touch them all.
/// Also update docs/protocol.md.
struct RedisKeys: Sendable {
  let prefix: String

  /// The store's set-up: `shards`, `protocol`.
  var setup: String { prefix + "cfg" }
  /// What signs sessions; apart from all else, so that a producer's user need not be able to read it.
  var signingKey: String { prefix + "key" }

  /// Who produces: owner → `<beat> <owned shards>`.
  var producers: String { prefix + "producers" }

  /// Sessions that were signed out, a stream.
  var endedSessions: String { prefix + "out" }

  func lease(_ shard: Int) -> String { "\(prefix){s\(shard)}:lease" }
  func floor(_ shard: Int) -> String { "\(prefix){s\(shard)}:floor" }
  func pages(_ shard: Int) -> String { "\(prefix){s\(shard)}:pages" }
  func events(_ shard: Int) -> String { "\(prefix){s\(shard)}:ev" }
  func deadLetters(_ shard: Int) -> String { "\(prefix){s\(shard)}:dlq" }
  func marks(_ shard: Int, _ viewer: ViewerID) -> String { "\(prefix){s\(shard)}:cl:\(viewer)" }

  /// The marks of all viewers in all shards, as SCAN matches them.
  var everyMark: String { "\(prefix){s*}:cl:*" }

  /// Shard and viewer of a key of marks.
  func marks(named key: String) -> (shard: Int, viewer: ViewerID)? {
    let parts = key.dropFirst(prefix.count).split(separator: ":", omittingEmptySubsequences: false)
    guard key.hasPrefix(prefix), parts.count == 3, parts[1] == "cl", parts[0].hasPrefix("{s"), parts[0].hasSuffix("}"),
      let shard = Int(parts[0].dropFirst(2).dropLast()), (0..<64).contains(shard), let viewer = ViewerID(parts[2])
    else { return nil }
    return (shard, viewer)
  }

  /// `part` is m, c, x, k, or d for the channel.
  func page(_ shard: Int, _ page: PageKey, _ part: Character) -> String { "\(prefix){s\(shard)}:p:\(page):\(part)" }

  /// The versions of all pages of a shard, as SCAN matches them.
  func page(_ shard: Int, pattern: String) -> String { "\(prefix){s\(shard)}:p:\(pattern):m" }

  /// The page of a key that has a version.
  func page(named key: String, in shard: Int) -> PageKey? {
    let start = "\(prefix){s\(shard)}:p:", end = ":m"
    guard key.hasPrefix(start), key.hasSuffix(end), key.count > start.count + end.count else { return nil }
    return PageKey(key.dropFirst(start.count).dropLast(end.count))
  }

  func channel(_ shard: Int, _ page: PageKey) -> String { self.page(shard, page, "d") }
  func heartbeat(_ shard: Int) -> String { "\(prefix){s\(shard)}:hb" }
  func releases(_ shard: Int) -> String { "\(prefix){s\(shard)}:free" }
  func replies(_ front: String) -> String { "\(prefix)r:\(front)" }
}
