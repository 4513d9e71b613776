import DashboardModel

/// The names of keys and channels. Those of a shard share a hash tag, so that one script may touch them all.
/// Also update docs/protocol.md.
struct RedisKeys: Sendable {
  let prefix: String

  /// The store's set-up: `shards`, `protocol`.
  var setup: String { prefix + "cfg" }
  /// What signs sessions; apart from all else, so that a producer's user need not be able to read it.
  var signingKey: String { prefix + "key" }

  /// Sessions that were signed out, a stream.
  var endedSessions: String { prefix + "out" }

  func lease(_ shard: Int) -> String { "\(prefix){s\(shard)}:lease" }
  func floor(_ shard: Int) -> String { "\(prefix){s\(shard)}:floor" }
  func pages(_ shard: Int) -> String { "\(prefix){s\(shard)}:pages" }
  func events(_ shard: Int) -> String { "\(prefix){s\(shard)}:ev" }
  func deadLetters(_ shard: Int) -> String { "\(prefix){s\(shard)}:dlq" }
  func marks(_ shard: Int, _ viewer: ViewerID) -> String { "\(prefix){s\(shard)}:cl:\(viewer)" }

  /// `part` is m, c, x, k, or d for the channel.
  func page(_ shard: Int, _ page: PageKey, _ part: Character) -> String { "\(prefix){s\(shard)}:p:\(page):\(part)" }
  func channel(_ shard: Int, _ page: PageKey) -> String { self.page(shard, page, "d") }
  func heartbeat(_ shard: Int) -> String { "\(prefix){s\(shard)}:hb" }
  func replies(_ front: String) -> String { "\(prefix)r:\(front)" }
}
