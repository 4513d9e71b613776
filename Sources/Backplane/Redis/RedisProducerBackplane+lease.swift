package import DashboardModel
package import PageSync
import NIOCore
import Redis
import Synchronization

/// The protocol's version in the store's set-up.
let storeProtocol = "1"

extension RedisProducerBackplane {
  package func configure(shards: Int) async throws {
    guard (1...64).contains(shards) else { throw BackplaneError.mismatch("shards must be 1 to 64, not \(shards)") }
    try await check.check(client, tellsFlaws: true)
    try await writeSetup(shards: shards)
    self.shards.withLock { $0 = shards }
    try listenForReleases(shards: shards)
  }

  /// As the store is set up; `nil` before the first start.
  package func storedShards() async throws -> Int? {
    let reply = try await pipeline([RedisCommand("HGET", keys.setup, "shards")]).first
    return reply?.text.flatMap { Int($0) }
  }

  package func keepSetup() async throws {
    guard let shards = shards.withLock({ $0 }) else { return }
    let reply = try await pipeline([RedisCommand("HMGET", keys.setup, "shards", "protocol")]).first
    if reply?.failure?.kind == .wrongType { _ = try await pipeline([RedisCommand("DEL", keys.setup)]) }
    if reply?.elements?.map(\.text) != ["\(shards)", storeProtocol] { try await writeSetup(shards: shards) }
  }

  /// Sets the store up if nobody has; throws if somebody has otherwise.
  private func writeSetup(shards: Int) async throws {
    let replies = try await pipeline([
      RedisCommand("HSETNX", keys.setup, "shards", "\(shards)"),
      RedisCommand("HSETNX", keys.setup, "protocol", storeProtocol),
      RedisCommand("HMGET", keys.setup, "shards", "protocol"),
    ])
    let failures = replies.compactMap(\.failure)
    if let error = failures.first(where: { $0.kind != .wrongType }) { throw BackplaneError(RedisError.server(error)) }
    guard let found = replies.last?.elements?.map({ $0.text ?? "none" }), found.count == 2 else {
      let reason = replies.last?.failure?.message ?? "unexpected answer"
      throw BackplaneError.mismatch("\(keys.setup) cannot be used: \(reason)")
    }
    guard found == ["\(shards)", storeProtocol] else {
      throw BackplaneError.mismatch(
        "the store at \(configuration.address) is set up for shards \(found[0]), protocol \(found[1]); "
          + "expected \(shards), \(storeProtocol)")
    }
  }

  package func lease(of shard: Int) async throws -> LeaseRecord? {
    let command = RedisCommand("HMGET", keys.lease(shard), "o", "f", "b", "l", "g", "released")
    let reply = try await pipeline([command]).first
    if let error = reply?.failure, error.kind != .wrongType { throw BackplaneError(RedisError.server(error)) }
    return LeaseRecord((reply?.elements ?? []).map(\.text))
  }

  package func acquire(_ shard: Int, owner: String, minimumFence: UInt64) async throws -> LeaseAnswer {
    // A lease that is missing may mean that the store lost everything, its set-up too.
    try await keepSetup()
    let arguments = [owner, Self.number(minimumFence), randomHex(bytes: 8)]
    return try await LeaseAnswer(run(Scripts.acquire, keys: [keys.lease(shard)], arguments: arguments))
  }

  package func steal(
    _ shard: Int, owner: String, seen: LeaseRecord, minimumFence: UInt64
  ) async throws -> LeaseAnswer {
    let arguments = [
      owner, Self.number(minimumFence), seen.owner, "\(seen.fence)", "\(seen.beat)", seen.lineage,
    ]
    return try await LeaseAnswer(run(Scripts.steal, keys: [keys.lease(shard)], arguments: arguments))
  }

  package func release(_ shard: Int, hold: LeaseHold) async throws {
    let arguments = [hold.owner, "\(hold.fence)", keys.releases(shard)]
    _ = try await run(Scripts.release, keys: [keys.lease(shard), keys.events(shard)], arguments: arguments)
  }

  package func beat(_ shard: Int, hold: LeaseHold, versions: [PageKey: Version]) async throws -> BeatAnswer {
    let arguments = [hold.owner, "\(hold.fence)", keys.heartbeat(shard), Heartbeat.text(versions)]
    let answer: ScriptAnswer
    do {
      answer = try await run(Scripts.beat, keys: [keys.lease(shard), keys.floor(shard)], arguments: arguments)
    } catch BackplaneError.readOnly(let reason) {
      // To publish is not to write: fronts are told why they hear no beat.
      _ = try? await pipeline([RedisCommand("PUBLISH", keys.heartbeat(shard), Heartbeat.readOnlyText)])
      throw BackplaneError.readOnly(reason)
    }
    switch answer.code {
    case "NOLEASE": return .noLease
    case "FENCED": return .fenced(try answer.lease())
    case "OK":
      guard answer.facts.count == 7, let floor = storedNumber(answer.facts[6]) else { throw answer.unexpected }
      return .ok(try answer.lease(), floor: floor)
    default: throw answer.unexpected
    }
  }

  private static func number(_ fence: UInt64) -> String { "\(min(fence, largestStoredNumber - 1))" }
}

extension LeaseAnswer {
  init(_ answer: ScriptAnswer) throws(BackplaneError) {
    switch answer.code {
    case "OK": self = .granted(try answer.lease())
    case "NOLEASE": self = .refused(nil)
    case "HELD", "CHANGED": self = .refused(try answer.lease())
    default: throw answer.unexpected
    }
  }
}
