import Backplane
import DashboardModel
import Foundation
import Logging
import NIOCore
import NIOPosix
import PageSync
import Redis
import TestSupport
import Testing
import WebServer

@testable import Front

/// Many viewers at once, and a store that goes away, over a real Redis.
@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"), .serialized)
struct CrowdTests {
  private static let viewers = 1500
  private static let atOnce = 100

  /// A front over a Redis of the test's own, with one page in it.
  private func run(
    shards: Int = 1, _ change: (inout FrontSettings) -> Void = { _ in },
    _ body: (_ port: Int, _ server: RedisServer, _ producer: RedisProducerBackplane, _ hold: LeaseHold) async throws -> Void
  ) async throws {
    let server = try RedisServer()
    let configuration = RedisBackplaneConfiguration(RedisAddress(port: server.port))
    let (producer, backplane) = (try RedisProducerBackplane(configuration), try RedisFrontBackplane(configuration))
    defer {
      producer.stop()
      backplane.stop()
    }
    try await producer.ready()
    try await producer.configure(shards: shards)
    let hold = try await publish(producer, shards)
    var settings = FrontSettings()
    settings.clientFolder = TestFront.client
    change(&settings)
    let (ports, bound) = AsyncStream.makeStream(of: Int.self)
    var hooks = FrontHooks()
    hooks.onBound = { bound.yield($0) }
    let front = FrontService(
      backplane: backplane, settings: settings, web: WebServerConfiguration(port: 0),
      eventLoops: MultiThreadedEventLoopGroup.singleton, logger: TestFront.quiet, hooks: hooks)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await front.run() }
      var iterator = ports.makeAsyncIterator()
      try await body(try #require(await iterator.next()), server, producer, hold)
      group.cancelAll()
    }
  }

  private let page = PageKey("board")!

  private func publish(_ producer: RedisProducerBackplane, _ shards: Int) async throws -> LeaseHold {
    let number = shard(of: page, among: shards)
    guard case .granted(let lease) = try await producer.acquire(number, owner: "test", minimumFence: 0) else {
      throw BackplaneError.mismatch("the lease is taken")
    }
    let hold = LeaseHold(owner: "test", fence: lease.fence)
    let definition = DashboardDefinition(name: "board", title: "Board")
    let commit = Commit(
      page: page, hold: hold, base: nil, to: Version("5-aa:1")!,
      update: .whole([.page: ComponentValue(definition.pageItem)]))
    #expect(try await producer.commit(commit) == .ok)
    return hold
  }

  private func socket(_ port: Int) async throws -> WebSocketClient {
    let socket = try await WebSocketClient.open(
      try await RawClient.connect(port: port), handshake: WebSocketClient.handshake(path: "/api/pages/board/socket"))
    try await socket.send(1, #"{"type":"hello","protocol":1,"client":"tttttttttttttttttttttt"}"#)
    return socket
  }

  @Test(.timeLimit(.minutes(3)))
  func `a crowd that comes at once reads the page once`() async throws {
    try await run { port, server, _, _ in
      var plain = RedisConfiguration(RedisAddress(port: server.port))
      plain.timing.commandTimeout = .seconds(10)
      let client = try RedisClient(plain)
      defer { client.stop() }
      try await client.ready().get()
      _ = try await client.send(RedisCommand("CONFIG", "RESETSTAT")).get()

      let sockets = try await withThrowingTaskGroup(of: [WebSocketClient].self) { group in
        for _ in 0..<Self.atOnce {
          group.addTask {
            var sockets: [WebSocketClient] = []
            for _ in 0..<(Self.viewers / Self.atOnce) {
              let socket = try await socket(port)
              let first = try await socket.next()
              #expect(first["type"] == "full")
              sockets.append(socket)
            }
            return sockets
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }

      #expect(sockets.count == Self.viewers)
      let stats = try await client.send(RedisCommand("INFO", "commandstats")).get().text ?? ""
      // One read is one HGETALL for each of the page's keys that holds something: values and facts, no private state.
      let reads = stats.firstMatch(of: /cmdstat_hgetall:calls=(\d+)/).flatMap { Int($0.1) }
      #expect(reads == 2, "\(stats)")
      for socket in sockets { socket.client.close() }
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `a front that loses its store sends a scout, and leaves alone who comes back`() async throws {
    try await run { port, server, producer, hold in
      let beats = Task { while !Task.isCancelled {
        _ = try? await producer.beat(0, hold: hold, versions: [:])
        try? await Task.sleep(for: .milliseconds(200))
      } }
      defer { beats.cancel() }
      try await waitUntil { try await get("/health/ready", port).status == 200 }
      let first = try await socket(port)
      #expect(try await first.next()["type"] == "full")
      let start = ContinuousClock.now

      server.kill()
      try await waitUntil { try await get("/health/ready", port).status == 503 }
      let unready = ContinuousClock.now - start
      // Answers its pings until it is told to go.
      #expect(try await closeCode(of: first, within: .seconds(20)) == 1012)
      let sent = ContinuousClock.now - start
      let second = try await socket(port)
      #expect(try await second.next()["type"] == "full")

      #expect(unready > .seconds(4) && sent > unready)
      #expect(try await closeCode(of: second, within: .seconds(14)) == nil)
      #expect(try await get("/health/live", port).status == 200)
      #expect(try await get("/api/pages/board", port).header("page-state") == "stale")
      let unknown = try await get("/api/pages/other", port)
      #expect(unknown.status == 503 && unknown.header("retry-after") != nil)
    }
  }

  /// The code with which a socket is closed; `nil` if it stays open that long. Pings are answered.
  private func closeCode(of socket: WebSocketClient, within time: Duration) async throws -> UInt16? {
    let end = ContinuousClock.now + time
    while ContinuousClock.now < end {
      let frame = try await socket.read()
      if let code = frame.closeCode { return code }
      if String(decoding: frame.payload, as: UTF8.self).contains("ping") { try await socket.send(1, #"{"type":"pong"}"#) }
    }
    return nil
  }

  @Test(.timeLimit(.minutes(1)))
  func `a front is ready when it hears the owner of every shard`() async throws {
    try await run(shards: 3) { port, _, producer, hold in
      let own = shard(of: page, among: 3)
      var holds = [own: hold]
      for number in 0..<3 where number != own {
        #expect(try await get("/health/ready", port).status == 503)
        guard case .granted(let lease) = try await producer.acquire(number, owner: "test", minimumFence: 0) else { return }
        holds[number] = LeaseHold(owner: "test", fence: lease.fence)
      }

      try await waitUntil {
        for (number, hold) in holds { _ = try await producer.beat(number, hold: hold, versions: [:]) }
        return try await get("/health/ready", port).status == 200
      }
      #expect(try await get("/api/pages/board", port).status == 200)
    }
  }

  private func get(_ path: String, _ port: Int) async throws -> RawResponse {
    let client = try await RawClient.connect(port: port)
    defer { client.close() }
    try await client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return try await client.readResponse()
  }

  private func waitUntil(_ isTrue: () async throws -> Bool) async throws {
    for _ in 0..<300 {
      if try await isTrue() { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    Issue.record("it never came to that")
  }
}
