import Backplane
import DashboardModel
import PageSync
import Redis
import Testing
import TestSupport

@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"), .serialized)
struct OutageTests {
  @Test func `a crash of Redis is told, and everything is subscribed again`() async throws {
    let server = try RedisServer(["--appendonly", "yes", "--appendfsync", "always"])
    try await RedisBench.run(on: server) { (bench) async throws in
      let front = bench.bench.front, producer = bench.bench.producer, listener = bench.bench.listener
      let hold = try await bench.bench.lead()
      _ = try await producer.commit(first(hold))
      front.subscribe(page)
      try await listener.wait(for: .subscribed(page))

      server.kill()
      try await listener.wait(for: .disconnected)
      await #expect(throws: BackplaneError.self) { try await front.read(page).get() }
      await #expect(throws: BackplaneError.self) { try await producer.commit(next(hold, version(5, 1), [:])) }
      try server.start()
      try await listener.wait(for: .connected)
      try await listener.wait(for: .subscribed(page))
      try await retry { try await producer.commit(next(hold, version(5, 1), [id("count"): value(2)])) == .ok }

      #expect(try await listener.nextMessage() != .garbage(page))
      try await retry { try await front.read(page).get()?.version == version(5, 2) }
    }
  }

  @Test func `a waiting read of events survives a restart of Redis`() async throws {
    let server = try RedisServer()
    try await RedisBench.run(on: server) { (bench) async throws in
      let producer = bench.bench.producer
      _ = try await producer.newEvents(0, after: nil, limit: 1, wait: .zero)
      async let waiting = failure { try await producer.newEvents(0, after: nil, limit: 1, wait: .seconds(20)) }
      try await Task.sleep(for: .milliseconds(100))
      server.kill()
      let error = await waiting
      #expect(error is BackplaneError)

      try server.start()

      try await retry { try await bench.bench.front.enqueue(click(1)).get() == .queued }
      try await retry { try await producer.newEvents(0, after: nil, limit: 1, wait: .seconds(1)).count == 1 }
    }
  }

  @Test func `a store that lost everything is set up again with the lease`() async throws {
    let server = try RedisServer()
    try await RedisBench.run(shards: 2, on: server) { (bench) async throws in
      let hold = try await bench.bench.lead()
      _ = try await bench.bench.producer.commit(Commit(
        page: page, hold: hold, base: nil, to: version(5, 1), update: .whole([id("count"): value(1)])))
      _ = try await bench.client.send(RedisCommand("FLUSHALL")).get()

      #expect(try await bench.bench.producer.beat(0, hold: hold, versions: [:]) == .noLease)
      #expect(try await bench.bench.front.read(page).get() == nil)
      #expect(try await bench.bench.producer.pendingEvents(0, consumer: "a", limit: 1).isEmpty)
      _ = try await bench.bench.lead()

      let shards = try await bench.client.send(RedisCommand("HGET", "\(bench.prefix)cfg", "shards")).get()
      #expect(shards.text == "2")
    }
  }

  @Test func `scripts the server forgot are sent again`() async throws {
    let server = try RedisServer()
    try await RedisBench.run(on: server) { (bench) async throws in
      let hold = try await bench.bench.lead()
      _ = try await bench.bench.producer.commit(first(hold))
      _ = try await bench.client.send(RedisCommand("SCRIPT", "FLUSH")).get()

      #expect(try await bench.bench.producer.commit(next(hold, version(5, 1), [id("count"): value(2)])) == .ok)
    }
  }

  @Test func `a full memory is read only, and reads go on`() async throws {
    let server = try RedisServer()
    try await RedisBench.run(on: server) { (bench) async throws in
      let hold = try await bench.bench.lead()
      _ = try await bench.bench.producer.commit(first(hold))
      _ = try await bench.client.send(RedisCommand("CONFIG", "SET", "maxmemory", "1")).get()

      let error = await #expect(throws: BackplaneError.self) {
        try await bench.bench.producer.commit(next(hold, version(5, 1), [id("count"): value(2)]))
      }

      guard case .readOnly = error else { return #expect(Bool(false), "\(String(describing: error))") }
      #expect(try await bench.bench.front.read(page).get()?.version == version(5, 1))
    }
  }

  @Test func `a missing right is a mismatch that names it`() async throws {
    let server = try RedisServer()
    try await RedisBench.run(on: server) { (bench) async throws in
      let rights = ["on", "nopass", "~*", "&*", "+@all", "-eval", "-evalsha"]
      _ = try await bench.client.send(RedisCommand(texts: ["ACL", "SETUSER", "weak"] + rights)).get()
      var address = RedisAddress(port: server.port)
      (address.user, address.password) = ("weak", "x")
      let producer = try RedisProducerBackplane(RedisBackplaneConfiguration(address))
      defer { producer.stop() }
      try await producer.ready()

      let error = await #expect(throws: BackplaneError.self) {
        try await producer.acquire(0, owner: "a", minimumFence: 0)
      }

      guard case .mismatch(let text) = error else { return #expect(Bool(false), "\(String(describing: error))") }
      #expect(text.contains("evalsha"))
    }
  }

  private func failure<T: Sendable>(_ body: () async throws -> T) async -> (any Error)? {
    do { _ = try await body() } catch { return error }
    return nil
  }

  /// Tries again while the connection comes back, at most five seconds.
  private func retry(_ body: () async throws -> Bool) async throws {
    for _ in 0..<100 {
      if (try? await body()) == true { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw Unexpected(what: "it does not come right")
  }
}
