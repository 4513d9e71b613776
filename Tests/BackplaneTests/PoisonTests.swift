import Backplane
import DashboardModel
import PageSync
import Redis
import Testing
import TestSupport

/// What others may have done to our keys: never a crash, never a wrong page.
@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"), .serialized)
struct PoisonTests {
  /// Commands that damage page `counter`, whose keys are p:counter:m, c, x and k.
  private static let damages: [[String]] = [
    ["SET", "m", "x"], ["RPUSH", "m", "x"], ["SADD", "m", "x"], ["HDEL", "m", "g"], ["HDEL", "m", "n"], ["HDEL", "m", "r"],
    ["HDEL", "m", "nc"], ["HDEL", "m", "nt"], ["HDEL", "m", "v"], ["HDEL", "m", "tf"], ["HSET", "m", "r", "-1"],
    ["HSET", "m", "r", "abc"], ["HSET", "m", "r", "1180591620717411303424"], ["HSET", "m", "r", "+1"], ["HSET", "m", "n", "XYZ"],
    ["HSET", "m", "v", "2"], ["HSET", "m", "nc", "7"], ["HSET", "m", "nt", "1"], ["HSET", "c", "extra", "1 {}"],
    ["HSET", "c", "count", "1 {"], ["HSET", "c", "count", "1 [1]"], ["HSET", "c", "count", "{}"], ["HSET", "c", "count", "9 {}"],
    ["HSET", "c", "count", "-1 {}"], ["HSET", "c", "count", #"1 {"a":01}"#], ["HSET", "c", "count", #"1 {"points":[[1,x]]}"#],
    ["HSET", "x", "old", "1"], ["DEL", "c"], ["DEL", "m"], ["SET", "c", "x"], ["SET", "x", "x"],
    ["HSET", "m", "tf", "99"],
  ]

  @Test(arguments: damages)
  func `a damaged page is absent until a new epoch replaces it`(_ damage: [String]) async throws {
    try await RedisBench.run { (bench) async throws in
      let hold = try await bench.bench.lead()
      _ = try await bench.bench.producer.commit(first(hold, 5))
      _ = try await bench.poison(damage)

      #expect(try await bench.bench.front.read(page).get() == nil)
      #expect(try await bench.bench.producer.restore(0).isEmpty)
      let answer = try await bench.bench.producer.commit(first(hold, 6, [id("count"): value(9)]))

      #expect(answer == .ok)
      #expect(try await bench.bench.front.read(page).get()?.components[id("count")]?.value == value(9))
    }
  }

  @Test(arguments: [
    ["SET", "m", "x"], ["HDEL", "m", "nc"], ["HSET", "m", "r", "abc"], ["HSET", "c", "extra", "1 {}"], ["DEL", "c"],
    ["SET", "c", "x"], ["SET", "x", "x"], ["SET", "k", "x"],
  ])
  func `a commit on a damaged page says so and writes nothing`(_ damage: [String]) async throws {
    try await RedisBench.run { (bench) async throws in
      let hold = try await bench.bench.lead()
      _ = try await bench.bench.producer.commit(first(hold))
      _ = try await bench.poison(damage)

      let answer = try await bench.bench.producer.commit(next(hold, version(5, 1), [id("count"): value(2)]))

      #expect(answer == .corrupt)
    }
  }

  @Test func `nesting past what a value may have makes a page absent`() async throws {
    try await RedisBench.run { (bench) async throws in
      let hold = try await bench.bench.lead()
      _ = try await bench.bench.producer.commit(first(hold))
      let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
      _ = try await bench.poison(["HSET", "c", "count", "1 {\"a\":\(deep)}"])

      #expect(try await bench.bench.front.read(page).get() == nil)
    }
  }

  @Test func `a page of 100 000 components is not even loaded`() async throws {
    try await RedisBench.run { (bench) async throws in
      let hold = try await bench.bench.lead()
      _ = try await bench.bench.producer.commit(first(hold))
      for start in stride(from: 0, to: 100_000, by: 10_000) {
        _ = try await bench.poison(["HSET", "c"] + (start..<(start + 10_000)).flatMap { ["c\($0)", "1 {}"] })
      }
      _ = try await bench.poison(["HSET", "m", "nc", "100001"])

      #expect(try await bench.bench.front.read(page).get() == nil)
      #expect(try await bench.bench.producer.restore(0).isEmpty)
    }
  }

  @Test(arguments: [["SET", "x"], ["RPUSH", "x"], ["SADD", "x"], ["HSET", "f", "1"], ["HSET", "f", "abc"]])
  func `a damaged lease is absent and can be acquired`(_ poison: [String]) async throws {
    try await RedisBench.run { (bench) async throws in
      let hold = try await bench.bench.lead("a")
      if poison[0] == "HSET" { try await bench.redis("HDEL", "lease", "l") } else { try await bench.redis("DEL", "lease") }
      _ = try await bench.client.send(
        RedisCommand(texts: [poison[0], "\(bench.prefix){s0}:lease"] + poison.dropFirst())).get()

      #expect(try await bench.bench.producer.lease(of: 0) == nil)
      #expect(try await bench.bench.producer.beat(0, hold: hold, versions: [:]) == .noLease)
      #expect(try await bench.bench.producer.commit(first(hold)) == .noLease)
      #expect(try await bench.bench.lead("b").fence == 1)
    }
  }

  @Test func `keys of a wrong type are replaced by who needs them`() async throws {
    try await RedisBench.run { (bench) async throws in
      let hold = try await bench.bench.lead()
      for key in ["floor", "ev", "cl:\(viewer)", "pages"] { try await bench.redis("RPUSH", key, "x") }

      #expect(try await bench.bench.producer.newEvents(0, after: nil, limit: 9, wait: .zero).isEmpty)
      try await bench.redis("DEL", "ev")
      try await bench.redis("SET", "ev", "x")
      #expect(try await bench.bench.front.enqueue(click(1)).get() == .queued)
      var commit = first(hold)
      commit.finished = [finished(try await bench.bench.nextEvent(), .failed("handler"))]
      #expect(try await bench.bench.producer.commit(commit) == .ok)

      #expect(try await bench.bench.front.enqueue(click(1)).get() == .done(.failed("handler")))
      #expect(try await bench.bench.producer.restore(0).count == 1)
    }
  }

  @Test func `an entry nobody can read goes to the dead letters and the next is served`() async throws {
    try await RedisBench.run { (bench) async throws in
      _ = try await bench.bench.lead()
      for fields in [["a", "b"], ["kind", "event"], ["kind", "event", "page", "../x", "viewer", "é"]] {
        _ = try await bench.client.send(RedisCommand(texts: ["XADD", "\(bench.prefix){s0}:ev", "*"] + fields)).get()
      }
      _ = try await bench.bench.front.enqueue(click(1)).get()

      let events = try await bench.bench.producer.newEvents(0, after: nil, limit: 10, wait: .zero)

      #expect(events.map(\.record) == [click(1)])
      #expect(try await bench.redis("XLEN", "dlq") == .integer(3))
      #expect(try await bench.redis("XLEN", "ev") == .integer(1))
    }
  }

  @Test func `a group that was deleted is made again, and its events come again`() async throws {
    try await RedisBench.run { (bench) async throws in
      _ = try await bench.bench.front.enqueue(click(1)).get()
      let hold = try await bench.bench.lead()
      let entry = try await bench.bench.nextEvent().entry
      _ = try await bench.bench.producer.begin(0, entries: [entry], hold: hold)
      _ = try await bench.client.send(RedisCommand("XGROUP", "DESTROY", "\(bench.prefix){s0}:ev", "g")).get()

      #expect(try await bench.bench.nextEvent().record == click(1))
      #expect(try await bench.bench.producer.begin(0, entries: [entry], hold: hold) == [0])
    }
  }

  @Test func `an event whose stream was lost is taken again`() async throws {
    try await RedisBench.run { (bench) async throws in
      _ = try await bench.bench.front.enqueue(click(1)).get()
      _ = try await bench.bench.front.enqueue(click(2)).get()
      try await bench.redis("DEL", "ev")

      #expect(try await bench.bench.front.enqueue(click(1)).get() == .queued)
      #expect(try await bench.bench.front.enqueue(click(2)).get() == .queued)
    }
  }

  @Test func `garbage on the channels is told or dropped`() async throws {
    try await RedisBench.run { (bench) async throws in
      let listener = bench.bench.listener
      bench.bench.front.subscribe(page)
      try await listener.wait(for: .subscribed(page))
      try await bench.redis("PUBLISH", "hb", "x y z")
      try await bench.redis("PUBLISH", "hb", "18446744073709551616")
      _ = try await bench.client.send(RedisCommand("PUBLISH", "\(bench.prefix)r:\(bench.bench.front.front)", "a b c")).get()
      try await bench.redis("PUBLISH", "p:counter:d", "update 5-aa:1 5-aa:2 1\nset count 99\n{}")

      #expect(try await listener.nextMessage() == .garbage(page))
    }
  }
}

extension RedisBench {
  /// A command on one of page `counter`'s keys; a plain SET or another type replaces the key.
  fileprivate func poison(_ words: [String]) async throws -> RedisValue {
    let key = "\(prefix){s0}:p:counter:\(words[1])"
    if ["SET", "RPUSH", "SADD"].contains(words[0]) { _ = try await client.send(RedisCommand("DEL", key)).get() }
    return try await client.send(RedisCommand(texts: [words[0], key] + words.dropFirst(2))).get()
  }
}
