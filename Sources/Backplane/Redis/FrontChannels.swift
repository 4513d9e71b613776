import DashboardModel
import PageSync
import Redis

/// What a front listens to: one channel per page, a heartbeat per shard, its own replies.
///
/// Lives under the front backplane's lock. Invariant: `channels` holds exactly the channels wanted from `subscriber`.
struct FrontChannels {
  enum Channel: Hashable {
    case page(PageKey)
    case heartbeat(shard: Int)
    case replies
  }

  let keys: RedisKeys
  var listener: (any BackplaneListener)?
  var subscriber: RedisSubscriber?
  var isConnected = false
  /// The entry of the stream of ended sessions that was read last.
  var lastEndedSession = "0-0"
  /// Known once a producer has set the store up.
  private(set) var shards: Int?
  private(set) var channels: [String: Channel]
  private var pages: Set<PageKey> = []

  init(keys: RedisKeys, front: String) {
    self.keys = keys
    channels = [keys.replies(front): .replies, keys.heartbeat(0): .heartbeat(shard: 0)]
  }

  /// The channels that are there from the start.
  var fixedChannels: [String] { Array(channels.keys) }

  mutating func subscribe(_ page: PageKey) {
    pages.insert(page)
    let name = name(of: page)
    channels[name] = .page(page)
    subscriber?.subscribe([name])
  }

  mutating func unsubscribe(_ page: PageKey) {
    guard pages.remove(page) != nil else { return }
    let name = name(of: page)
    channels[name] = nil
    subscriber?.unsubscribe([name])
  }

  /// Moves every channel to where it belongs among this many shards.
  mutating func set(shards: Int) {
    guard self.shards != shards else { return }
    self.shards = shards
    let old = channels
    channels = old.filter { $0.value == .replies }
    for shard in 0..<shards { channels[keys.heartbeat(shard)] = .heartbeat(shard: shard) }
    for page in pages { channels[name(of: page)] = .page(page) }
    subscriber?.unsubscribe(old.keys.filter { channels[$0] == nil })
    subscriber?.subscribe(channels.keys.filter { old[$0] == nil })
  }

  private func name(of page: PageKey) -> String { keys.channel(shard(of: page, among: shards ?? 1), page) }
}
