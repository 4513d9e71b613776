import Backplane
import DashboardModel
import PageSync
import Redis
import Testing
import TestSupport

/// Single keys that somebody deleted or overwrote: noticed, and made good by whoever owns the shard.
@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"), .serialized)
struct LostKeyTests {
  private let other = PageKey("other")!

  /// Two pages, each with private state.
  private func commitPages(_ bench: RedisBench) async throws -> LeaseHold {
    let hold = try await bench.bench.lead()
    for (generation, key) in [(UInt64(5), page), (6, other)] {
      var commit = first(hold, generation)
      commit.page = key
      commit.privateState = ["source.count": Array("7".utf8)]
      #expect(try await bench.bench.producer.commit(commit) == .ok)
    }
    return hold
  }

  @Test(arguments: [["DEL"], ["SET", "x"], ["SREM", "counter"]])
  func `a page that is not in the list of pages does not stand`(_ damage: [String]) async throws {
    try await RedisBench.run { (bench) async throws in
      let hold = try await commitPages(bench)
      #expect(try await bench.bench.producer.standing(of: [page]) == [version(5, 1)])
      if damage[0] == "SET" { try await bench.redis("DEL", "pages") }
      _ = try await bench.client.send(
        RedisCommand(texts: [damage[0], "\(bench.prefix){s0}:pages"] + damage.dropFirst())).get()

      #expect(try await bench.bench.producer.standing(of: [page]) == [nil])
      #expect(try await bench.bench.producer.commit(first(hold, 7)) == .ok)
      #expect(try await bench.bench.producer.standing(of: [page]) == [version(7, 1)])
    }
  }

  @Test(arguments: [false, true])
  func `a new owner finds all pages although their list was lost`(isOverwritten: Bool) async throws {
    try await RedisBench.run { (bench) async throws in
      _ = try await commitPages(bench)
      try await bench.redis("DEL", "pages")
      if isOverwritten { try await bench.redis("SET", "pages", "x") }

      #expect(Set(try await bench.bench.producer.restore(0).map(\.key)) == [page, other])
      #expect(try await bench.bench.producer.standing(of: [page, other]) == [version(5, 1), version(6, 1)])
    }
  }

  @Test func `a list that a commit began again is not taken for whole`() async throws {
    try await RedisBench.run { (bench) async throws in
      let hold = try await commitPages(bench)
      try await bench.redis("DEL", "pages")
      _ = try await bench.bench.producer.commit(next(hold, version(5, 1), [id("count"): value(2)]))

      #expect(Set(try await bench.bench.producer.restore(0).map(\.key)) == [page, other])
      #expect(Set(try await bench.redis("SMEMBERS", "pages").elements?.compactMap(\.text) ?? []) == ["counter", "other"])
    }
  }

  @Test func `the list of a shard that was never lost is taken as it is`() async throws {
    try await RedisBench.run { (bench) async throws in
      _ = try await commitPages(bench)
      try await bench.redis("SREM", "pages", "other")

      #expect(try await bench.bench.producer.restore(0).map(\.key) == [page])
    }
  }

  @Test(arguments: [["DEL", "k"], ["HSET", "k", "extra", "1"], ["HDEL", "k", "source.count"]])
  func `private state that is lost alone is noticed`(_ damage: [String]) async throws {
    try await RedisBench.run { (bench) async throws in
      let hold = try await commitPages(bench)
      _ = try await bench.client.send(
        RedisCommand(texts: [damage[0], "\(bench.prefix){s0}:p:counter:\(damage[1])"] + damage.dropFirst(2))).get()

      #expect(try await bench.bench.producer.standing(of: [page]) == [nil])
      let answer = try await bench.bench.producer.commit(next(hold, version(5, 1), [id("count"): value(2)]))
      #expect(answer == .corrupt)
      #expect(try await bench.bench.front.read(page).get()?.version == version(5, 1))
    }
  }

  @Test func `a page keeps its values when its private state has a wrong type`() async throws {
    try await RedisBench.run { (bench) async throws in
      _ = try await commitPages(bench)
      try await bench.redis("DEL", "p:counter:k")
      try await bench.redis("SET", "p:counter:k", "x")

      let stored = try #require(try await bench.bench.producer.restore(0).first { $0.key == page })

      #expect(stored.snapshot.version == version(5, 1))
      #expect(stored.privateState.isEmpty)
    }
  }

  @Test func `a page of an older version, which does not count its private state, stands`() async throws {
    try await RedisBench.run { (bench) async throws in
      let hold = try await commitPages(bench)
      try await bench.redis("HDEL", "p:counter:m", "nk")

      #expect(try await bench.bench.producer.standing(of: [page]) == [version(5, 1)])
      let answer = try await bench.bench.producer.commit(next(hold, version(5, 1), [id("count"): value(2)]))
      #expect(answer == .ok)
    }
  }

  @Test(arguments: [false, true])
  func `how the store is set up is written again`(isOverwritten: Bool) async throws {
    try await RedisBench.run(shards: 3) { (bench) async throws in
      let key = "\(bench.prefix)cfg"
      _ = try await bench.client.send(RedisCommand("DEL", key)).get()
      if isOverwritten { _ = try await bench.client.send(RedisCommand("SET", key, "x")).get() }

      try await bench.bench.producer.keepSetup()

      #expect(try await bench.client.send(RedisCommand("HGET", key, "shards")).get().text == "3")
    }
  }
}
