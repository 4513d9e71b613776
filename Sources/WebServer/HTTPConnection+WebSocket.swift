import NIOCore
import NIOHTTP1

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The change from HTTP to WebSocket: the HTTP handlers leave, one small handler stays.
extension HTTPConnection {
  /// The names of the handlers that leave together.
  static let decoderName = "http-decoder"
  static let clockName = "header-clock"

  /// Kernel memory a WebSocket may hold in unsent bytes; small, so that a reader who stops is noticed soon.
  private static let sendBufferBytes = 64 * 1024
  /// What may wait unsent here and, of what was never on the wire, in the kernel: a few small frames, so that what comes
  /// behind them is conflated instead of queued.
  private static let unsentBytes = ChannelOptions.Types.WriteBufferWaterMark(low: 1024, high: 4096)
  private static let kernelUnsentBytes: ChannelOptions.Types.SocketOption.Value = 4096

  func beginUpgrade(_ asked: Asked, _ makeSession: @escaping (WebSocketOutbound) -> any WebSocketSession) {
    let handshake = WebSocketHandshake(head: asked.original, makeSession: makeSession)
    if let error = handshake.error { return refuse(error) }
    guard asked.body == .none || asked.body == .length(0) else { return refuse(.badHandshake) }
    guard server.ledger.admitHandshake() else { return refuse(.busy(seconds: Int.random(in: 1...4))) }
    inbound = .upgrading(handshake)
  }

  func upgrade(_ handshake: WebSocketHandshake) {
    guard let channel = context?.channel else { return }
    isAnswerOwed = true
    handshake.responseHeaders(on: channel).assumeIsolated().whenComplete { [weak self] result in
      guard let self, self.isAnswerOwed else { return }
      switch result {
      case .success(let headers): self.becomeWebSocket(handshake, headers)
      case .failure: self.refuse(.badHandshake)
      }
    }
  }

  private func becomeWebSocket(_ handshake: WebSocketHandshake, _ headers: HTTPHeaders) {
    guard let context else { return }
    let handler = WebSocketHandler(
      maximumBytes: server.limits.webSocketMessageBytes, isCompressing: handshake.offersCompression && server.configuration.compresses,
      ledger: server.ledger)
    var headers = headers
    if handler.isCompressing {
      headers.add(name: "Sec-WebSocket-Extensions", value: WebSocketHandshake.agreedCompression)
    }
    var buffer = context.channel.allocator.buffer(capacity: 512)
    WebResponse(status: .switchingProtocols, headers: headers)
      .writeHead(into: &buffer, options: WebResponse.WriteOptions(), length: nil)
    write(buffer, through: context)
    let pipeline = context.pipeline.syncOperations
    do {
      try shrinkBuffers(of: context.channel)
      try pipeline.addHandler(handler, position: .after(self))
    } catch {
      return context.close(promise: nil)
    }
    handler.open(handshake.makeSession)
    removeHTTPHandlers(context, for: handler)
  }

  private func shrinkBuffers(of channel: any Channel) throws {
    guard let options = channel.syncOptions else { return }
    // One read at a time keeps one buffer: the first, which is small (`ReceiveSizes`).
    try options.setOption(.maxMessagesPerRead, value: 1)
    try options.setOption(.recvAllocator, value: WebSocketReceiveSizes())
    try options.setOption(.socketOption(.so_sndbuf), value: Self.sendBufferBytes)
    try options.setOption(.writeBufferWaterMark, value: Self.unsentBytes)
    #if os(Linux)
      try options.setOption(.tcpOption(NIOBSDSocket.Option(rawValue: TCP_NOTSENT_LOWAT)), value: Self.kernelUnsentBytes)
    #endif
  }

  /// The decoder hands what it had read ahead to its next neighbour, which then is the WebSocket; no end of a read
  /// follows, so the answers are flushed here.
  private func removeHTTPHandlers(_ context: ChannelHandlerContext, for handler: WebSocketHandler) {
    isAnswerOwed = false
    let pipeline = context.pipeline.syncOperations
    let isDecoderGone = context.eventLoop.makePromise(of: Void.self)
    isDecoderGone.futureResult.assumeIsolated().whenComplete { _ in handler.flush() }
    pipeline.removeHandler(self, promise: nil)
    pipeline.removeHandler(name: Self.decoderName, promise: isDecoderGone)
    pipeline.removeHandler(name: Self.clockName, promise: nil)
  }
}
