import NIOCore
import Redis
import Testing
import TestSupport

@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"), .serialized)
struct SubscriberTests {
  @Test func `messages arrive in order after the confirmation`() async throws {
    try await withSubscriber(try .shared()) { subscriber, heard, client in
      let channel = "t\(UInt64.random(in: 0 ... .max))"
      subscriber.subscribe([channel])
      try await heard.wait { $0 == "subscribed \(channel)" }

      for number in 0..<1000 { _ = client.send(RedisCommand("PUBLISH", channel, "\(number)")) }

      for number in 0..<1000 { #expect(try await heard.next() == "\(channel) \(number)") }
    }
  }

  @Test func `asking again for a channel that flows confirms it again`() async throws {
    try await withSubscriber(try .shared()) { subscriber, heard, _ in
      let channel = "t\(UInt64.random(in: 0 ... .max))"
      subscriber.subscribe([channel])
      try await heard.wait { $0 == "subscribed \(channel)" }

      subscriber.subscribe([channel])

      #expect(try await heard.next() == "subscribed \(channel)")
    }
  }

  @Test func `after a crash of the server everything wanted is subscribed again`() async throws {
    let server = try RedisServer()
    try await withSubscriber(server) { subscriber, heard, client in
      subscriber.subscribe(["a", "b", "c"])
      try await heard.wait { $0 == "subscribed c" }
      subscriber.unsubscribe(["b"])

      server.kill()
      try await heard.wait { $0 == "disconnected" }
      try server.start()

      try await heard.wait { $0 == "connected" }
      let again = try await [heard.next(), heard.next()]
      #expect(again.sorted() == ["subscribed a", "subscribed c"])
      try await client.ready().get()
      _ = try await client.send(RedisCommand("PUBLISH", "a", "x")).get()
      #expect(try await heard.next() == "a x")
    }
  }

  @Test func `an idle subscriber stays connected by its pings`() async throws {
    var timing = RedisTiming()
    (timing.pingInterval, timing.silence) = (.milliseconds(200), .seconds(3))
    try await withSubscriber(try .shared(), timing: timing) { subscriber, heard, client in
      subscriber.subscribe(["idle"])
      try await heard.wait { $0 == "subscribed idle" }
      try await Task.sleep(for: .seconds(4))

      _ = try await client.send(RedisCommand("PUBLISH", "idle", "x")).get()

      #expect(try await heard.next() == "idle x")
    }
  }

  @Test func `a frozen server is noticed`() async throws {
    let server = try RedisServer()
    var timing = RedisTiming()
    (timing.pingInterval, timing.silence) = (.milliseconds(50), .milliseconds(200))
    try await withSubscriber(server, timing: timing) { subscriber, heard, _ in
      try await heard.wait { $0 == "connected" }

      server.freeze()

      try await heard.wait { $0 == "disconnected" }
      server.thaw()
    }
  }
}

/// What a subscriber heard, as lines, taken in order.
final class Heard: Sendable {
  private let stream: AsyncStream<String>
  private let continuation: AsyncStream<String>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream() }

  func add(_ event: RedisSubscriber.Event) {
    switch event {
    case .connected: continuation.yield("connected")
    case .disconnected: continuation.yield("disconnected")
    case .subscribed(let channel): continuation.yield("subscribed \(channel)")
    case .message(let channel, let bytes): continuation.yield("\(channel) \(String(decoding: bytes, as: UTF8.self))")
    }
  }

  /// The next line; fails after ten seconds.
  func next() async throws -> String {
    try await withThrowingTaskGroup(of: String?.self) { group in
      group.addTask { [stream] in await stream.first { _ in true } }
      group.addTask {
        try await Task.sleep(for: .seconds(10))
        throw RedisError.timeout
      }
      defer { group.cancelAll() }
      return try #require(try await group.next() ?? nil)
    }
  }

  func wait(for fits: (String) -> Bool) async throws {
    while try await !fits(next()) {}
  }
}

func withSubscriber(
  _ server: RedisServer, timing: RedisTiming = RedisTiming(),
  _ body: (RedisSubscriber, Heard, RedisClient) async throws -> Void
) async throws {
  let heard = Heard()
  var configuration = RedisConfiguration(RedisAddress(port: server.port))
  configuration.timing.connectTimeout = .seconds(10)
  let client = try RedisClient(configuration)
  configuration.timing = timing
  configuration.timing.connectTimeout = .seconds(10)
  let subscriber = try RedisSubscriber(configuration) { heard.add($0) }
  defer {
    subscriber.stop()
    client.stop()
  }
  try await client.ready().get()
  try await body(subscriber, heard, client)
}
