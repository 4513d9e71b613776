package import PageSync
import NIOCore
import Redis
import Synchronization

extension RedisProducerBackplane {
  package func pendingEvents(_ shard: Int, consumer: String, limit: Int) async throws -> [QueuedEvent] {
    let key = keys.events(shard)
    // The lease protects against two consumers, so entries of any consumer are claimed, however fresh.
    let commands = [
      RedisCommand("XAUTOCLAIM", key, "g", consumer, "0", "0-0", "COUNT", "\(limit)"),
      // What nobody was given yet becomes pending too: so a later take-over can count it.
      RedisCommand("XREADGROUP", "GROUP", "g", consumer, "COUNT", "\(limit)", "STREAMS", key, ">"),
      RedisCommand("XPENDING", key, "g", "-", "+", "\(limit)"),
    ]
    let replies = try await withGroup(shard) { self.client.pipeline(commands) }
    guard replies.count == 3, let claimed = replies[0].elements, claimed.count >= 2 else { return [] }
    var deliveries: [String: Int] = [:]
    for line in replies[2].elements ?? [] {
      guard let parts = line.elements, parts.count == 4, let id = parts[0].text, let count = parts[3].integer else {
        continue
      }
      deliveries[id] = Int(clamping: count)
    }
    let given = Self.entries(replies[1]) ?? []
    return try await queued(.array((claimed[1].elements ?? []) + given), shard) { deliveries[$0] ?? 1 }
  }

  /// The entries of the one stream that was read; `nil` when there were none.
  private static func entries(_ reply: RedisValue?) -> [RedisValue]? {
    guard let stream = reply?.elements?.first?.elements, stream.count == 2 else { return nil }
    return stream[1].elements
  }

  package func newEvents(
    _ shard: Int, after: String?, limit: Int, wait: Duration
  ) async throws -> [QueuedEvent] {
    let milliseconds = wait.components.seconds * 1000 + wait.components.attoseconds / 1_000_000_000_000_000
    let block = milliseconds > 0 ? ["BLOCK", "\(milliseconds)"] : []
    let command = RedisCommand(texts: ["XREAD", "COUNT", "\(limit)"] + block + ["STREAMS", keys.events(shard), after ?? "0-0"])
    let client = try waitingClient(shard)
    try await client.ready().forBackplane().get()
    let timeout = configuration.timing.commandTimeout + .milliseconds(max(0, milliseconds))
    let replies = try await withGroup(shard) {
      client.pipeline([command], timeout: timeout)
    }
    guard let entries = Self.entries(replies.first) else { return [] }
    return try await queued(.array(entries), shard) { _ in 1 }
  }

  package func acknowledge(_ shard: Int, entries: [String]) async throws {
    let valid = entries.filter(isEntryID)
    guard !valid.isEmpty else { return }
    let key = keys.events(shard)
    let replies = try await pipeline([
      RedisCommand(texts: ["XACK", key, "g"] + valid), RedisCommand(texts: ["XDEL", key] + valid),
    ])
    let failures = replies.compactMap(\.failure)
    if let error = failures.first(where: { $0.kind != .wrongType }) { throw BackplaneError(RedisError.server(error)) }
  }

  package func bury(_ shard: Int, event: QueuedEvent, hold: LeaseHold) async throws {
    let record = event.record
    let reply = EventReply.failed("poison")
    let message = ReplyText(viewer: record.viewer, sequence: record.sequence, reply: reply)
    guard isEntryID(event.entry) else { return }
    _ = try await run(
      Scripts.bury,
      keys: [keys.lease(shard), keys.events(shard), keys.deadLetters(shard), keys.marks(shard, record.viewer)],
      arguments: [
        hold.owner, "\(hold.fence)", event.entry, "\(record.kind == .event ? record.sequence : 0)", reply.text,
        keys.replies(record.front), message.text,
      ])
  }

  // Entries nobody can read go to the dead letters at once.
  private func queued(_ value: RedisValue, _ shard: Int, deliveries: (String) -> Int) async throws -> [QueuedEvent] {
    var events: [QueuedEvent] = []
    for entry in (value.elements ?? []).compactMap(StreamEntry.init) {
      if let record = entry.record {
        events.append(QueuedEvent(entry: entry.id, record: record, deliveries: deliveries(entry.id)))
      } else {
        configuration.logger.warning("an event cannot be read", metadata: ["entry": "\(entry.id)", "shard": "\(shard)"])
        let keys = [keys.lease(shard), keys.events(shard), keys.deadLetters(shard), keys.lease(shard)]
        _ = try await run(Scripts.bury, keys: keys, arguments: ["", "", entry.id, "", "", "", ""])
      }
    }
    return events
  }

  /// Runs a read of the group; makes the group if it is missing, from the stream's start, and reads again.
  private func withGroup(
    _ shard: Int, _ read: () -> EventLoopFuture<[RedisValue]>
  ) async throws -> [RedisValue] {
    let replies = try await read().forBackplane().get()
    let failures = replies.compactMap(\.failure)
    guard let error = failures.first else { return replies }
    switch error.kind {
    case .noGroup, .other: break
    case .wrongType: _ = try await pipeline([RedisCommand("DEL", keys.events(shard))])
    default: throw BackplaneError(RedisError.server(error))
    }
    let made = try await pipeline([RedisCommand("XGROUP", "CREATE", keys.events(shard), "g", "0", "MKSTREAM")])
    if let error = made.first?.failure, error.kind != .groupExists { throw BackplaneError(RedisError.server(error)) }
    let again = try await read().forBackplane().get()
    if let error = again.lazy.compactMap(\.failure).first { throw BackplaneError(RedisError.server(error)) }
    return again
  }

  private func waitingClient(_ shard: Int) throws -> RedisClient {
    try waiting.withLock { clients in
      if let client = clients[shard] { return client }
      let client = try RedisClient(
        configuration.redis(name: "splitflap-producer-events-\(shard)"), eventLoop: self.client.eventLoop)
      clients[shard] = client
      return client
    }
  }
}
