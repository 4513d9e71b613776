import NIOCore
import NIOPosix
import Redis
import Synchronization
import Testing

@Suite(.serialized) struct WireFaultTests {
  @Test(arguments: [
    "?wrong type byte\r\n", "$-5\r\n", "$1099511627776\r\n", "*1099511627776\r\n", "HTTP/1.1 400 Bad Request\r\n",
    "+first\r\n>3\r\n+message\r\n+x\r\n+y\r\n", "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n", "+a\r\n+b\r\n+c\r\n+d\r\n",
  ])
  func `an answer that cannot be ends the connection, and the next one works`(_ wrong: String) async throws {
    try await withCrafted([wrong, "+right 1\r\n+right 2\r\n+right 3\r\n"]) { (client, states) async throws in
      let commands = [RedisCommand("A"), RedisCommand("B"), RedisCommand("C")]
      let bad = client.pipeline(commands)
      _ = try? await bad.get()
      await states.wait { $0.filter { $0 == .connected }.count == 2 }

      let good = try await client.pipeline(commands).get()

      #expect(states.all.count >= 3)
      #expect(good == [.status("right 1"), .status("right 2"), .status("right 3")])
    }
  }

  @Test func `an error inside a pipeline belongs to its command only`() async throws {
    try await withCrafted(["+one\r\n-ERR two\r\n$5\r\nthree\r\n"]) { (client, states) async throws in
      let replies = try await client.pipeline([RedisCommand("A"), RedisCommand("B"), RedisCommand("C")]).get()

      #expect(replies == [.status("one"), .error(RedisServerError("ERR two")), .bytes(Array("three".utf8))])
      #expect(states.all == [.connected])
    }
  }

  @Test func `answers split at every byte arrive whole`() async throws {
    let wire = "*2\r\n$3\r\na\r\n\r\n:12\r\n$-1\r\n-ERR no\r\n"
    try await withCrafted([wire], bytewise: true) { (client, _) async throws in
      let replies = try await client.pipeline([RedisCommand("A"), RedisCommand("B"), RedisCommand("C")]).get()

      #expect(replies == [
        .array([.bytes(Array("a\r\n".utf8)), .integer(12)]), .null, .error(RedisServerError("ERR no")),
      ])
    }
  }

  @Test(arguments: ["-LOADING reading the file\r\n", "-READONLY a replica now\r\n", "-MASTERDOWN no link\r\n"])
  func `a server that cannot serve is left`(_ answer: String) async throws {
    try await withCrafted([answer, "+well\r\n"]) { (client, states) async throws in
      await #expect(throws: RedisError.self) { try await client.send(RedisCommand("A")).get() }
      await states.wait { $0.filter { $0 == .connected }.count == 2 }

      #expect(try await client.send(RedisCommand("A")).get() == .status("well"))
    }
  }

  @Test func `a server that says nothing at the greeting is left in time`() async throws {
    try await withCrafted(greeting: "", ["+never\r\n"], isReady: false) { (client, _) async throws in
      let start = ContinuousClock.now
      await #expect(throws: RedisError.self) { try await client.ready().get() }

      #expect(ContinuousClock.now - start < .seconds(10))
    }
  }
}

/// A server that greets well and then sends, for the first command of each connection, what the test wrote.
private func withCrafted(
  greeting: String = "+OK\r\n*1\r\n$6\r\nmaster\r\n+PONG\r\n", _ answers: [String], bytewise: Bool = false,
  isReady: Bool = true, _ body: (RedisClient, States) async throws -> Void
) async throws {
  let counter = Counter()
  let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
    .childChannelOption(.socketOption(.so_reuseaddr), value: 1)
    .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
    .childChannelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        let answer = answers[min(counter.next(), answers.count - 1)]
        try channel.pipeline.syncOperations.addHandler(
          CraftedAnswers(greeting: greeting, answer: answer, bytewise: bytewise))
      }
    }
    .bind(host: "127.0.0.1", port: 0).get()
  let states = States()
  let address = RedisAddress(port: server.localAddress?.port ?? 0)
  var configuration = RedisConfiguration(address)
  // A ping would be taken for the command that gets the crafted answer.
  configuration.timing.pingInterval = .seconds(60)
  configuration.timing.connectTimeout = .seconds(10)
  if isReady { configuration.timing.commandTimeout = .seconds(10) }
  let client = try RedisClient(configuration) { states.add($0) }
  if isReady { try await client.ready().get() }
  try await body(client, states)
  client.stop()
  try await server.close().get()
}

private final class Counter: Sendable {
  private let count = Mutex(0)
  func next() -> Int {
    count.withLock { count in
      defer { count += 1 }
      return count
    }
  }
}

private final class CraftedAnswers: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private var answers: [String]
  private let bytewise: Bool

  init(greeting: String, answer: String, bytewise: Bool) {
    self.answers = [greeting, answer]
    self.bytewise = bytewise
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !answers.isEmpty else { return }
    let answer = answers.removeFirst()
    let pieces = bytewise ? answer.utf8.map { [$0] } : [Array(answer.utf8)]
    for piece in pieces { context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: piece)), promise: nil) }
  }
}
