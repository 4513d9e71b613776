package import PageSync
import DashboardModel
import Redis

extension RedisProducerBackplane {
  /// Keys looked at per step: a thousandth of a second of the server's time.
  static let scanned = 1000

  package func marks(after cursor: String?) async throws -> (marks: [StoredMark], cursor: String?) {
    let scan = RedisCommand("SCAN", cursor ?? "0", "MATCH", keys.everyMark, "COUNT", "\(Self.scanned)", "TYPE", "hash")
    let reply = try await pipeline([scan]).first
    if let error = reply?.failure { throw BackplaneError(RedisError.server(error)) }
    guard let parts = reply?.elements, parts.count == 2, let next = parts[0].text, let found = parts[1].elements else {
      throw BackplaneError.unreachable("the marks cannot be listed")
    }
    let known = found.compactMap { $0.text.flatMap { keys.marks(named: $0) } }
    guard !known.isEmpty else { return ([], next == "0" ? nil : next) }
    let numbers = try await pipeline(known.map { RedisCommand("HMGET", keys.marks($0.shard, $0.viewer), "q", "d") })
    let marks = zip(known, numbers).compactMap { known, reply -> StoredMark? in
      guard let values = reply.elements, values.count == 2 else { return nil }
      let (queued, done) = (values[0].text.flatMap(storedNumber), values[1].text.flatMap(storedNumber))
      return StoredMark(shard: known.shard, viewer: known.viewer, queued: queued ?? 0, done: done ?? 0)
    }
    return (marks, next == "0" ? nil : next)
  }

  package func remove(_ marks: [StoredMark], hold: LeaseHold) async throws {
    for mark in marks {
      _ = try await run(
        Scripts.forget, keys: [keys.lease(mark.shard), keys.marks(mark.shard, mark.viewer)],
        arguments: [hold.owner, "\(hold.fence)", "\(mark.queued)", "\(mark.done)"])
    }
  }

  package func restore(_ marks: [RememberedMark], in shard: Int, hold: LeaseHold) async throws {
    var arguments = [hold.owner, "\(hold.fence)"]
    for mark in marks {
      arguments += ["\(min(mark.done, largestStoredNumber))", "\(mark.replies.count)"]
      for (sequence, reply) in mark.replies { arguments += ["\(sequence)", reply.text] }
    }
    let used = [keys.lease(shard)] + marks.map { keys.marks(shard, $0.viewer) }
    _ = try await run(Scripts.remember, keys: used, arguments: arguments)
  }
}
