import Backplane
import DashboardModel
import FoundationEssentials
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
      #expect(try await bench.bench.producer.newEvents(0, after: nil, limit: 1, wait: .zero).isEmpty)
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
      address.login = RedisLogin(user: "weak", password: "x")
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

  @Test(arguments: ReadOnlyCause.allCases)
  func `a store that takes no writes is read on, and fronts hear why`(_ cause: ReadOnlyCause) async throws {
    let server = try RedisServer()
    try await RedisBench.run(on: server) { (bench) async throws in
      let front = bench.bench.front, producer = bench.bench.producer
      let hold = try await bench.bench.lead()
      _ = try await producer.commit(first(hold))
      try await cause.begin(bench.client, server)

      let error = await failure { try await producer.beat(0, hold: hold, versions: [:]) }
      guard case .readOnly = error as? BackplaneError else { return #expect(Bool(false), "\(String(describing: error))") }
      try await bench.bench.listener.wait(for: .readOnly(shard: 0))
      let refused = await failure { try await front.enqueue(click(1)).get() }
      guard case .readOnly = refused as? BackplaneError else { return #expect(Bool(false), "\(String(describing: refused))") }
      #expect(try await front.read(page).get()?.version == version(5, 1))
      // One that comes only now may read too.
      let late = try RedisClient(RedisConfiguration(RedisAddress(port: server.port)))
      defer { late.stop() }
      try await late.ready().get()

      try await cause.end(bench.client)
      try await retry { if case .ok = try await producer.beat(0, hold: hold, versions: [:]) { true } else { false } }
      #expect(try await front.enqueue(click(1)).get() == .queued)
    }
  }

  @Test func `a script that runs too long is a store without an answer, and the connection stays`() async throws {
    let server = try RedisServer(["--lua-time-limit", "50"])
    try await RedisBench.run(on: server) { (bench) async throws in
      let hold = try await bench.bench.lead()
      _ = try await bench.bench.producer.commit(first(hold))
      let other = try RedisClient(RedisConfiguration(RedisAddress(port: server.port)))
      defer { other.stop() }
      try await other.ready().get()
      let busy = other.send(RedisCommand("EVAL", "while true do end", "0"), timeout: .seconds(20))

      try await retry { await failure { try await bench.bench.front.read(page).get() } != nil }
      let error = await failure { try await bench.bench.producer.commit(next(hold, version(5, 1), [:])) }
      guard case .unreachable(let text) = error as? BackplaneError else {
        return #expect(Bool(false), "\(String(describing: error))")
      }
      #expect(text.hasPrefix("BUSY"))
      _ = try await bench.client.send(RedisCommand("SCRIPT", "KILL")).get()
      _ = await failure { try await busy.get() }

      #expect(try await bench.bench.front.read(page).get()?.version == version(5, 1))
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

/// Why a Redis takes no writes, brought about for real.
enum ReadOnlyCause: String, CaseIterable, Sendable {
  case noReplicas, outOfMemory, diskFull

  func begin(_ client: RedisClient, _ server: RedisServer) async throws {
    switch self {
    case .noReplicas: try await set(client, "min-replicas-to-write", "1")
    case .outOfMemory: try await set(client, "maxmemory", "1")
    case .diskFull:
      // The dump cannot be put where a folder of its name is.
      try FileManager.default.createDirectory(atPath: "\(server.directory)/dump.rdb/x", withIntermediateDirectories: true)
      try await set(client, "save", "3600 1")
      _ = try await client.send(RedisCommand("BGSAVE")).get()
      for _ in 0..<500 {
        let info = try await client.send(RedisCommand("INFO", "persistence")).get().text ?? ""
        if info.contains("rdb_last_bgsave_status:err") { return }
        try await Task.sleep(for: .milliseconds(20))
      }
      throw Unexpected(what: "the dump did not fail")
    }
  }

  func end(_ client: RedisClient) async throws {
    switch self {
    case .noReplicas: try await set(client, "min-replicas-to-write", "0")
    case .outOfMemory: try await set(client, "maxmemory", "0")
    case .diskFull: try await set(client, "save", "")
    }
  }

  private func set(_ client: RedisClient, _ name: String, _ value: String) async throws {
    _ = try await client.send(RedisCommand("CONFIG", "SET", name, value)).get()
  }
}
