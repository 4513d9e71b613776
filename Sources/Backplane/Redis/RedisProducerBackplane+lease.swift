package import DashboardModel
package import PageSync
import NIOCore
import Redis
import Synchronization

extension RedisProducerBackplane {
  /// The protocol's version in the store's set-up.
  private static let protocolVersion = "1"

  package func configure(shards: Int) async throws {
    guard (1...64).contains(shards) else { throw BackplaneError.mismatch("shards must be 1 to 64, not \(shards)") }
    try await checkServer()
    try await writeSetup(shards: shards)
    self.shards.withLock { $0 = shards }
    try listenForReleases(shards: shards)
  }

  /// As the store is set up; `nil` before the first start.
  package func storedShards() async throws -> Int? {
    let reply = try await pipeline([RedisCommand("HGET", keys.setup, "shards")]).first
    return reply?.text.flatMap { Int($0) }
  }

  /// Sets the store up if nobody has; throws if somebody has otherwise.
  private func writeSetup(shards: Int) async throws {
    let replies = try await pipeline([
      RedisCommand("HSETNX", keys.setup, "shards", "\(shards)"),
      RedisCommand("HSETNX", keys.setup, "protocol", Self.protocolVersion),
      RedisCommand("HMGET", keys.setup, "shards", "protocol"),
    ])
    let failures = replies.compactMap(\.failure)
    if let error = failures.first(where: { $0.kind != .wrongType }) { throw BackplaneError(RedisError.server(error)) }
    guard let found = replies.last?.elements?.map({ $0.text ?? "none" }), found.count == 2 else {
      let reason = replies.last?.failure?.message ?? "unexpected answer"
      throw BackplaneError.mismatch("\(keys.setup) cannot be used: \(reason)")
    }
    guard found == ["\(shards)", Self.protocolVersion] else {
      throw BackplaneError.mismatch(
        "the store has shards \(found[0]), protocol \(found[1]); expected \(shards), \(Self.protocolVersion)")
    }
  }

  private func checkServer() async throws {
    let reply = try await pipeline([RedisCommand("INFO")]).first
    guard let info = reply?.text else {
      configuration.logger.warning(
        "cannot ask Redis for its version and settings", metadata: ["reason": "\(reply?.failure?.message ?? "")"])
      return
    }
    let lines = info.split(whereSeparator: \.isNewline)
    func value(_ name: String) -> Substring? { lines.first { $0.hasPrefix("\(name):") }?.dropFirst(name.count + 1) }
    let version = value("redis_version") ?? "unknown"
    let numbers = version.split(separator: ".").prefix(2).compactMap { Int($0) }
    guard numbers.count == 2, (numbers[0], numbers[1]) >= (6, 2) else {
      throw BackplaneError.mismatch("Redis is \(version); 6.2 or later is needed")
    }
    if let policy = value("maxmemory_policy"), policy != "noeviction" {
      configuration.logger.warning(
        "Redis may throw away pages: set maxmemory-policy to noeviction", metadata: ["policy": "\(policy)"])
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
    if let shards = shards.withLock({ $0 }) { try await writeSetup(shards: shards) }
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
    _ = try await run(Scripts.release, keys: [keys.lease(shard)], arguments: arguments)
  }

  package func beat(_ shard: Int, hold: LeaseHold, versions: [PageKey: Version]) async throws -> BeatAnswer {
    let arguments = [hold.owner, "\(hold.fence)", keys.heartbeat(shard), Heartbeat.text(versions)]
    let answer = try await run(Scripts.beat, keys: [keys.lease(shard), keys.floor(shard)], arguments: arguments)
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
