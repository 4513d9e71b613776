package import DashboardModel
import PageSync
import Redis
import Synchronization

extension RedisProducerBackplane {
  package func announce(_ owner: String, _ announcement: Announcement) async throws -> [String: Announcement] {
    let text = "\(announcement.beat) \(announcement.owned)"
    let replies = try await pipeline([
      RedisCommand("HSET", keys.producers, owner, text), RedisCommand("HGETALL", keys.producers),
    ])
    if replies.first?.failure?.kind == .wrongType { _ = try await pipeline([RedisCommand("DEL", keys.producers)]) }
    if let error = replies.lazy.compactMap(\.failure).first { throw BackplaneError(RedisError.server(error)) }
    return (replies.last?.fields ?? [:]).compactMapValues { Announcement(String(decoding: $0, as: UTF8.self)) }
  }

  package func forget(producers: [String]) async throws {
    guard !producers.isEmpty else { return }
    _ = try await pipeline([RedisCommand(texts: ["HDEL", keys.producers] + producers)])
  }

  package func standing(of pages: [PageKey]) async throws -> [Version?] {
    guard !pages.isEmpty else { return [] }
    let replies = try await pipeline(pages.flatMap { page in
      let shard = shard(of: page), keys = "mcxk".map { self.keys.page(shard, page, $0) }
      return [RedisCommand("HMGET", keys[0], "v", "g", "n", "r", "nc", "nt", "nk")]
        + keys.dropFirst().map { RedisCommand("HLEN", $0) }
        + [RedisCommand("SISMEMBER", self.keys.pages(shard), "\(page)")]
    })
    guard replies.count == 5 * pages.count else { throw BackplaneError.unreachable("an answer is missing") }
    return pages.indices.map { Version(standing: Array(replies[(5 * $0)..<(5 * $0 + 5)])) }
  }

  package func values(of components: [ComponentAddress]) async throws -> [ComponentValue?] {
    guard !components.isEmpty else { return [] }
    let replies = try await pipeline(components.map { address in
      RedisCommand("HGET", keys.page(shard(of: address.page), address.page, "c"), address.component.name)
    })
    return replies.map { reply in reply.raw.flatMap { Snapshot.StoredValue(redis: $0)?.value } }
  }

  package func onHint(_ call: @escaping @Sendable (StoreHint) -> Void) { hints.onHint(call) }

  /// The connection on which releases are told; without it a standby looks five times a second all the same.
  func listenForReleases(shards: Int) throws {
    let names = Dictionary(uniqueKeysWithValues: (0..<shards).map { (keys.releases($0), $0) })
    try hints.listen {
      let subscriber = try RedisSubscriber(
        configuration.redis(name: "splitflap-producer-hints"), eventLoop: client.eventLoop
      ) { [hints] event in
        guard case .message(let channel, _) = event, let shard = names[channel] else { return }
        hints.tell(.released(shard: shard))
      }
      subscriber.subscribe(Array(names.keys))
      return subscriber
    }
  }
}

/// Who is told of hints, and the connection that hears of releases.
final class Hints: Sendable {
  private let call = Mutex<(@Sendable (StoreHint) -> Void)?>(nil)
  private let subscriber = Mutex<RedisSubscriber?>(nil)

  func onHint(_ call: @escaping @Sendable (StoreHint) -> Void) { self.call.withLock { $0 = call } }

  func tell(_ hint: StoreHint) { call.withLock { $0 }?(hint) }

  /// Begins to listen, once.
  func listen(_ make: () throws -> RedisSubscriber) throws {
    try subscriber.withLock { if $0 == nil { $0 = try make() } }
  }

  func stop() {
    subscriber.withLock { subscriber in
      subscriber?.stop()
      subscriber = nil
    }
    call.withLock { $0 = nil }
  }
}

extension Announcement {
  /// Reads `<beat> <owned>`.
  fileprivate init?(_ text: String) {
    let words = text.split(separator: " ")
    guard words.count == 2, let beat = storedNumber(words[0]), let owned = Int(words[1]), (0...64).contains(owned) else {
      return nil
    }
    self.init(beat: beat, owned: owned)
  }
}

extension Version {
  /// From a page's meta, the sizes of its components, tombstones and private state, and whether it is listed.
  fileprivate init?(standing replies: [RedisValue]) {
    guard let values = replies[0].elements, values.count == 7, let components = replies[1].integer,
      let removed = replies[2].integer, let kept = replies[3].integer, values[4].text == "\(components)",
      values[5].text == "\(removed)", values[6].text ?? "\(kept)" == "\(kept)"
    else { return nil }
    // Who may not ask for the list takes it for whole.
    guard replies[4].integer == 1 || replies[4].failure.map({ $0.kind != .wrongType }) ?? false else { return nil }
    let fields = zip(["v", "g", "n", "r"], values).compactMap { name, value in value.raw.map { (name, $0) } }
    self.init(meta: Dictionary(uniqueKeysWithValues: fields))
  }
}
