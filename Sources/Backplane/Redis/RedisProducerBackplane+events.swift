package import PageSync
import NIOCore
import Redis
import Synchronization

extension RedisProducerBackplane {
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
    let replies = try await reading(shard) {
      client.pipeline([command], timeout: timeout)
    }
    guard let entries = Self.entries(replies.first) else { return [] }
    return try await queued(.array(entries), shard)
  }

  package func begin(_ shard: Int, entries: [String], hold: LeaseHold) async throws -> [Int] {
    let valid = entries.filter(isEntryID)
    guard !valid.isEmpty, valid.count == entries.count else { return [] }
    // Not behind large commits: a viewer waits.
    let answer = try await run(
      Scripts.begin, keys: [keys.lease(shard), keys.events(shard)], arguments: [hold.owner, "\(hold.fence)"] + entries,
      on: waitingClient(shard))
    guard answer.code == "OK" else { return [] }
    return answer.facts.compactMap { Int($0) }
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
  private func queued(_ value: RedisValue, _ shard: Int) async throws -> [QueuedEvent] {
    var events: [QueuedEvent] = []
    for entry in (value.elements ?? []).compactMap(StreamEntry.init) {
      if let record = entry.record {
        events.append(QueuedEvent(entry: entry.id, record: record))
      } else {
        configuration.logger.warning("an event cannot be read", metadata: ["entry": "\(entry.id)", "shard": "\(shard)"])
        let keys = [keys.lease(shard), keys.events(shard), keys.deadLetters(shard), keys.lease(shard)]
        _ = try await run(Scripts.bury, keys: keys, arguments: ["", "", entry.id, "", "", "", ""])
      }
    }
    return events
  }

  /// Reads a stream; one of a wrong type counts as absent, and gives way.
  private func reading(_ shard: Int, _ read: () -> EventLoopFuture<[RedisValue]>) async throws -> [RedisValue] {
    let replies = try await read().forBackplane().get()
    guard let error = replies.lazy.compactMap(\.failure).first else { return replies }
    guard error.kind == .wrongType else { throw BackplaneError(RedisError.server(error)) }
    _ = try await pipeline([RedisCommand("DEL", keys.events(shard))])
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
