import NIOCore
import Redis
import Synchronization
import Testing
import TestSupport

@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"), .serialized)
struct ClientTests {
  @Test func `ten thousand commands in one go are answered in order`() async throws {
    var timing = RedisTiming()
    // What is measured here is order; a busy machine is no reason to fail.
    timing.commandTimeout = .seconds(30)
    try await withClient(timing: timing) { (client, key) async throws in
      let futures = (1...10_000).map { _ in client.send(RedisCommand("INCR", key)) }

      for (index, future) in futures.enumerated() { #expect(try await future.get() == .integer(Int64(index + 1))) }
    }
  }

  @Test func `a pipeline has errors as values and nothing between its commands`() async throws {
    try await withClient { (client, key) async throws in
      let replies = try await client.pipeline([
        RedisCommand("SET", key, "x"), RedisCommand("INCR", key), RedisCommand("GET", key),
      ]).get()

      #expect(replies[0] == .status("OK"))
      #expect(replies[1].failure?.kind == .other)
      #expect(replies[2].text == "x")
    }
  }

  @Test func `a transaction gives its results or fails whole`() async throws {
    try await withClient { (client, key) async throws in
      let results = try await client.transaction([RedisCommand("SET", key, "x"), RedisCommand("HLEN", key)]).get()
      #expect(results.map { $0.failure?.kind } == [nil, .wrongType])

      await #expect(throws: RedisError.self) {
        try await client.transaction([RedisCommand("SET", key, "y"), RedisCommand("NOSUCH")]).get()
      }
      #expect(try await client.send(RedisCommand("GET", key)).get().text == "x")
    }
  }

  @Test func `a script the server lost is sent in full`() async throws {
    try await withClient { (client, key) async throws in
      let script = RedisScript(name: "test", text: "return {KEYS[1], ARGV[1]} -- \(key)")
      for _ in 0..<2 {
        let answer = try await client.run(script, keys: [key], arguments: [[0, 255, 13, 10]]).get()
        #expect(answer == .array([.bytes(Array(key.utf8)), .bytes([0, 255, 13, 10])]))
      }
    }
  }

  @Test func `a script that only reads may not write, and runs as any other where that kind is unknown`() async throws {
    let old = try RedisServer(["--rename-command", "EVALSHA_RO", "gone1", "--rename-command", "EVAL_RO", "gone2"])
    for server in [try RedisServer.shared(), old] {
      try await withClient(server) { (client, key) async throws in
        let reads = RedisScript(name: "reads", text: "return redis.call('GET', KEYS[1]) -- \(key)", isReadOnly: true)
        let writes = RedisScript(name: "writes", text: "return redis.call('SET', KEYS[1], 'y') -- \(key)", isReadOnly: true)
        _ = try await client.send(RedisCommand("SET", key, "x")).get()
        for _ in 0..<2 { #expect(try await client.run(reads, keys: [key], arguments: []).get().text == "x") }

        let isWritten = (try? await client.run(writes, keys: [key], arguments: []).get()) != nil
        #expect(isWritten == (server === old))
      }
    }
  }

  @Test func `a value of 20 MB comes back whole`() async throws {
    try await withClient { (client, key) async throws in
      let bytes = (0..<20_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

      _ = try await client.send(RedisCommand([Array("SET".utf8), Array(key.utf8), bytes]), timeout: .seconds(20)).get()

      #expect(try await client.send(RedisCommand("GET", key), timeout: .seconds(20)).get() == .bytes(bytes))
      _ = try await client.send(RedisCommand("DEL", key)).get()
    }
  }

  @Test func `commands beyond the bound fail at once and the others go on`() async throws {
    var timing = RedisTiming()
    timing.waitingReplies = 10
    try await withClient(timing: timing) { (client, key) async throws in
      let futures = try await client.eventLoop.submit {
        (0..<12).map { _ in client.send(RedisCommand("INCR", key)) }
      }.get()

      for future in futures[0..<10] { _ = try await future.get() }
      for future in futures[10...] { await #expect(throws: RedisError.overloaded) { try await future.get() } }
    }
  }

  @Test func `a slow server costs the command its answer, not the connection`() async throws {
    let server = try RedisServer()
    var timing = RedisTiming()
    timing.commandTimeout = .milliseconds(300)
    let states = States()
    try await withClient(server, timing: timing, states: states) { (client, key) async throws in
      await #expect(throws: RedisError.timeout) { try await client.send(RedisCommand("DEBUG", "SLEEP", "0.6")).get() }
      let late = try await client.send(RedisCommand("ECHO", "a"), timeout: .seconds(3)).get()

      #expect(late.text == "a")
      #expect(states.all == [.connected])
    }
  }

  @Test func `a frozen server is given up after three silent seconds`() async throws {
    let server = try RedisServer()
    let states = States()
    try await withClient(server, states: states) { (client, _) async throws in
      server.freeze()
      let start = ContinuousClock.now
      await #expect(throws: RedisError.timeout) { try await client.send(RedisCommand("PING")).get() }
      await states.wait { $0.count > 1 }

      #expect(ContinuousClock.now - start < .seconds(15))
      #expect(states.all[1] == .disconnected(reason: "no byte from the server for 3 s"))
      server.thaw()
    }
  }

  @Test func `a killed server fails what waits, and a restarted one is found again`() async throws {
    let server = try RedisServer()
    let states = States()
    try await withClient(server, states: states) { (client, key) async throws in
      let waiting = client.send(RedisCommand("BLPOP", key, "0"), timeout: .seconds(30))
      _ = try await client.eventLoop.submit {}.get()
      server.kill()
      await #expect(throws: RedisError.self) { try await waiting.get() }
      await #expect(throws: RedisError.self) { try await client.send(RedisCommand("PING")).get() }

      try server.start()
      let start = ContinuousClock.now
      await states.wait { $0.last == .connected && $0.count > 2 }

      #expect(ContinuousClock.now - start < .seconds(8))
      #expect(try await client.send(RedisCommand("PING")).get() == .status("PONG"))
    }
  }

  @Test func `passwords, users and databases are used`() async throws {
    let server = try RedisServer(["--requirepass", "p@ss:/%"])
    try await withClient(address: RedisAddress("redis://:p%40ss%3A%2F%25@127.0.0.1:\(server.port)")) { (client, _) in
      let command = RedisCommand("ACL", "SETUSER", "ops", "on", ">s3cr3t", "~*", "&*", "+@all")
      _ = try await client.send(command).get()
    }
    let good = ["redis://:p%40ss%3A%2F%25@127.0.0.1:\(server.port)/2", "redis://ops:s3cr3t@127.0.0.1:\(server.port)"]
    for text in good {
      try await withClient(address: RedisAddress(text)) { (client, _) async throws in
        #expect(try await client.send(RedisCommand("PING")).get() == .status("PONG"))
      }
    }
    let bad = [("redis://", "NOAUTH"), ("redis://:wrong@", "WRONGPASS"), ("redis://ops:wrong@", "WRONGPASS")]
    for (start, code) in bad {
      let client = try RedisClient(RedisConfiguration(RedisAddress("\(start)127.0.0.1:\(server.port)")))
      let error = await #expect(throws: RedisError.self) { try await client.ready().get() }
      #expect(error?.description.contains(code) == true)
      client.stop()
    }
  }

  @Test func `a Unix socket works like a port`() async throws {
    let server = try RedisServer()
    try await withClient(address: RedisAddress("unix://\(server.socketPath)")) { (client, _) async throws in
      #expect(try await client.send(RedisCommand("PING")).get() == .status("PONG"))
    }
  }

  @Test func `a replica is no place to be`() async throws {
    let primary = try RedisServer()
    let replica = try RedisServer(["--replicaof", "127.0.0.1 \(primary.port)"])
    let client = try RedisClient(RedisConfiguration(RedisAddress(port: replica.port)))
    defer { client.stop() }

    let error = await #expect(throws: RedisError.self) { try await client.ready().get() }

    #expect(error?.description.contains("no primary") == true)
  }

}

/// The states of a client, in order.
final class States: Sendable {
  private let states = Mutex<[RedisClient.State]>([])
  var all: [RedisClient.State] { states.withLock { $0 } }
  func add(_ state: RedisClient.State) { states.withLock { $0.append(state) } }

  /// Waits until the states fit, ten seconds if not said otherwise.
  func wait(atMost seconds: Int = 10, until fits: ([RedisClient.State]) -> Bool) async {
    for _ in 0..<(100 * seconds) where !fits(all) { try? await Task.sleep(for: .milliseconds(10)) }
  }
}

/// Runs a test with a connected client and a key of its own.
func withClient(
  _ server: RedisServer? = nil, address: RedisAddress? = nil, timing: RedisTiming = RedisTiming(), states: States = States(),
  _ body: (RedisClient, String) async throws -> Void
) async throws {
  let address = try address ?? RedisAddress(port: (server ?? RedisServer.shared()).port)
  var configuration = RedisConfiguration(address)
  configuration.timing = timing
  configuration.timing.connectTimeout = .seconds(10)
  let client = try RedisClient(configuration) { states.add($0) }
  defer { client.stop() }
  try await client.ready().get()
  try await body(client, "t\(UInt64.random(in: 0 ... .max))")
}
