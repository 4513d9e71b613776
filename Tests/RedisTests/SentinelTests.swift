import NIOCore
import Redis
import Testing
import TestSupport

@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"), .serialized, .timeLimit(.minutes(2)))
struct SentinelTests {
  @Test func `sentinels are asked in turn until one says where the primary is`() async throws {
    let primary = try RedisServer()
    let sentinel = try RedisSentinel(of: primary)
    let (gone, going) = (try RedisServer.freePort(), try RedisServer.freePort())

    try await withClient(address: address([gone, sentinel.port, going]), timing: .patient) { (client, _) async throws in
      let answer = try await client.send(RedisCommand("CONFIG", "GET", "port")).get()
      #expect(answer.elements?.last?.text == "\(primary.port)")
    }
  }

  @Test func `sentinels have a user and a password of their own`() async throws {
    let primary = try RedisServer(["--requirepass", "data"])
    let sentinel = try RedisSentinel(
      of: primary, lines: ["sentinel auth-pass board data", "user ops on >watch ~* &* +@all", "user default off"])
    var address = try RedisAddress("redis+sentinel://:data@127.0.0.1:\(sentinel.port)/board")
    address.sentinelLogin = RedisLogin(user: "ops", password: "watch")

    try await withClient(address: address, timing: .patient) { (client, _) async throws in
      #expect(try await client.send(RedisCommand("PING")).get() == .status("PONG"))
    }
    address.sentinelLogin.password = "wrong"
    #expect(try await reason(address).contains("WRONGPASS"))
  }

  @Test func `what every sentinel says is told when none helps`() async throws {
    let primary = try RedisServer()
    let sentinel = try RedisSentinel(of: primary)
    let gone = try RedisServer.freePort()
    var address = address([sentinel.port, gone])
    address.endpoint = .sentinels([sentinel.port, gone].map { .init(host: "127.0.0.1", port: $0) }, primary: "bord")

    let reason = try await reason(address)

    #expect(reason.hasPrefix("no sentinel says where \"bord\" is: "))
    #expect(reason.contains("127.0.0.1:\(sentinel.port): it knows no such primary"))
    #expect(reason.contains("127.0.0.1:\(gone): Connection refused"))
  }

  @Test func `a client and a subscriber follow a failover`() async throws {
    let primary = try RedisServer()
    let replica = try RedisServer(["--replicaof", "127.0.0.1 \(primary.port)", "--repl-diskless-sync-delay", "0"])
    let sentinels = try (0..<3).map { _ in try RedisSentinel(of: primary, quorum: 2) }
    let address = address(sentinels.map(\.port))
    let states = States()
    let (heard, hearing) = AsyncStream<String>.makeStream()
    let subscriber = try RedisSubscriber(RedisConfiguration(address)) { event in
      if case .message(_, let bytes) = event { hearing.yield(String(decoding: bytes, as: UTF8.self)) }
    }
    defer { subscriber.stop() }
    subscriber.subscribe(["news"])
    try await withClient(address: address, states: states) { (client, key) async throws in
      _ = try await client.send(RedisCommand("SET", key, "kept")).get()
      try await waitUntilKnown(sentinels, replicas: 1)
      #expect(try await client.send(RedisCommand("WAIT", "1", "10000"), timeout: .seconds(15)).get() == .integer(1))

      primary.kill()
      await states.wait(atMost: 30) { $0.count > 1 && $0.last == .connected }

      let port = try await client.send(RedisCommand("CONFIG", "GET", "port")).get().elements?.last?.text
      #expect(port == "\(replica.port)")
      #expect(try await client.send(RedisCommand("GET", key)).get().text == "kept")
      await hear("after", heard, by: client)
    }
  }

  @Test func `a primary that was made a replica is left for the new one`() async throws {
    let primary = try RedisServer()
    let replica = try RedisServer(["--replicaof", "127.0.0.1 \(primary.port)", "--repl-diskless-sync-delay", "0"])
    let sentinel = try RedisSentinel(of: primary)
    let states = States()
    try await withClient(address: address([sentinel.port]), states: states) { (client, _) async throws in
      try await waitUntilKnown([sentinel], replicas: 1)

      while try !sentinel.ask("SENTINEL", "FAILOVER", "board").hasPrefix("OK") { try await Task.sleep(for: .milliseconds(200)) }
      await states.wait(atMost: 30) { $0.count > 1 && $0.last == .connected }

      let port = try await client.send(RedisCommand("CONFIG", "GET", "port")).get().elements?.last?.text
      #expect(port == "\(replica.port)")
    }
  }

  private func address(_ sentinels: [Int]) -> RedisAddress {
    var address = RedisAddress()
    address.endpoint = .sentinels(sentinels.map { .init(host: "127.0.0.1", port: $0) }, primary: "board")
    return address
  }

  /// Why no connection can be had.
  private func reason(_ address: RedisAddress) async throws -> String {
    let client = try RedisClient(RedisConfiguration(address))
    defer { client.stop() }
    let error = await #expect(throws: RedisError.self) { try await client.ready().get() }
    return "\(try #require(error))"
  }

  /// Waits until every sentinel knows the replicas and the other sentinels.
  private func waitUntilKnown(_ sentinels: [RedisSentinel], replicas: Int) async throws {
    for sentinel in sentinels {
      for attempt in 0... {
        let lines = try sentinel.ask("SENTINEL", "MASTER", "board").split(separator: "\n")
        let facts = ["num-slaves", "num-other-sentinels"].map { name in
          lines.firstIndex { $0 == name }.map { lines[$0 + 1] }
        }
        if facts == ["\(replicas)", "\(sentinels.count - 1)"] { break }
        try #require(attempt < 600, "the sentinels do not find each other")
        try await Task.sleep(for: .milliseconds(50))
      }
    }
  }

  /// Publishes until the subscriber hears it: it may be connected a moment later than the client.
  private func hear(_ text: String, _ stream: AsyncStream<String>, by client: RedisClient) async {
    let isHeard = await withTaskGroup(of: Bool.self) { group in
      group.addTask { await stream.contains(text) }
      group.addTask {
        for _ in 0..<300 {
          _ = try? await client.send(RedisCommand("PUBLISH", "news", text)).get()
          try? await Task.sleep(for: .milliseconds(50))
        }
        return false
      }
      defer { group.cancelAll() }
      return await group.next() ?? false
    }
    #expect(isHeard)
  }
}
