import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import WebServer

struct DirectOutputTests {
  /// What was sent past a channel, with what had been written to it before and after.
  private struct Attempts {
    var whileWaiting = true
    var left = 0
    var afterwards = false
  }

  /// Accepts a connection on which `a` is written without a flush, `b` is offered past it, and `c` after the flush.
  private func attempt(_ told: EventLoopPromise<Attempts>) async throws -> any Channel {
    try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { child in
        child.eventLoop.makeCompletedFuture { try child.pipeline.syncOperations.addHandler(Writer(told)) }
      }
      .bind(host: "127.0.0.1", port: 0).get()
  }

  private final class Writer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let told: EventLoopPromise<Attempts>
    init(_ told: EventLoopPromise<Attempts>) { self.told = told }

    func channelActive(context: ChannelHandlerContext) {
      guard var output = DirectOutput(context.channel) else { return told.succeed(Attempts()) }
      var attempts = Attempts(), early = ByteBuffer(string: "b"), late = ByteBuffer(string: "c")
      output.noteWrite()
      context.write(NIOAny(ByteBuffer(string: "a")), promise: nil)
      attempts.whileWaiting = output.send(&early, past: context.channel)
      attempts.left = early.readableBytes
      context.write(NIOAny(early), promise: nil)
      context.flush()
      attempts.afterwards = output.send(&late, past: context.channel)
      told.succeed(attempts)
    }
  }

  @Test func `nothing is sent past what waits in the channel`() async throws {
    let told = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: Attempts.self)
    let server = try await attempt(told)
    let client = try await RawClient.connect(port: server.localAddress?.port ?? 0)
    defer { client.close() }

    let attempts = try await told.futureResult.get()

    #expect(!attempts.whileWaiting && attempts.left == 1 && attempts.afterwards)
    #expect(try await client.read(3) == Array("abc".utf8))
    try await server.close()
  }
}
