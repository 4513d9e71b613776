import NIOCore
import NIOPosix
import Synchronization

/// A server on loopback that answers each request's path with written steps, however wrong they are as HTTP.
final class ScriptedServer: Sendable {
  enum Step: Sendable {
    case send(String)
    case sendBytes([UInt8])
    /// Sends this text again and again until the other side is gone.
    case flood(String)
    case pause(Duration)
    case close
  }

  /// The requests with their bodies, as they came.
  let requests = Mutex<[String]>([])
  private let channel = Mutex<(any Channel)?>(nil)
  var port: Int { channel.withLock { $0?.localAddress?.port } ?? 0 }

  init(_ script: @escaping @Sendable (_ path: String) -> [Step]) async throws {
    let bound = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { child in
        child.eventLoop.makeCompletedFuture {
          try child.pipeline.syncOperations.addHandler(Handler(server: self, script: script))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    channel.withLock { $0 = bound }
  }

  func stop() async { try? await channel.withLock { $0 }?.close() }

  func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

  static func answer(_ body: String, status: String = "200 OK", headers: String = "") -> [Step] {
    [.send("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")]
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let server: ScriptedServer
    private let script: @Sendable (String) -> [Step]
    private var request = ""

    init(server: ScriptedServer, script: @escaping @Sendable (String) -> [Step]) {
      self.server = server
      self.script = script
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      request += String(buffer: unwrapInboundIn(data))
      guard isWhole else { return }
      let path = request.split(separator: " ").dropFirst().first.map(String.init) ?? ""
      server.requests.withLock { $0.append(request) }
      request = ""
      perform(script(path)[...], on: context.channel)
    }

    /// Whether the body is here, too: it may come in a packet of its own.
    private var isWhole: Bool {
      guard let headEnd = request.firstRange(of: "\r\n\r\n") else { return false }
      let length = request.firstMatch(of: /(?i)\r\ncontent-length: *(\d+)/).flatMap { Int($0.1) } ?? 0
      return request[headEnd.upperBound...].utf8.count >= length
    }

    private func perform(_ steps: ArraySlice<Step>, on channel: any Channel) {
      guard let step = steps.first else { return }
      let rest = steps.dropFirst()
      switch step {
      case .close: channel.close(promise: nil)
      case .pause(let time):
        let loopBound = NIOLoopBound(self, eventLoop: channel.eventLoop)
        channel.eventLoop.scheduleTask(in: .nanoseconds(Int64(time.inNanoseconds))) {
          loopBound.value.perform(rest, on: channel)
        }
      case .send(let text): send(ByteBuffer(string: text), then: rest, on: channel)
      case .sendBytes(let bytes): send(ByteBuffer(bytes: bytes), then: rest, on: channel)
      case .flood(let text): send(ByteBuffer(string: text), then: steps, on: channel)
      }
    }

    private func send(_ bytes: ByteBuffer, then steps: ArraySlice<Step>, on channel: any Channel) {
      let loopBound = NIOLoopBound(self, eventLoop: channel.eventLoop)
      channel.writeAndFlush(bytes).whenSuccess { loopBound.value.perform(steps, on: channel) }
    }
  }
}

extension Duration {
  fileprivate var inNanoseconds: Double { Double(components.seconds) * 1e9 + Double(components.attoseconds) / 1e9 }
}
