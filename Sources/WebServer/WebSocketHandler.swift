import NIOCore

/// An established WebSocket: the only handler left in its channel, so that an idle socket costs little.
final class WebSocketHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum State {
    case open
    /// Our close frame is out; input is dropped until the peer answers or gives up.
    case closing
    case closed
  }

  /// How long a peer may take to answer a close frame.
  static let closeTime = TimeAmount.seconds(2)

  private let ledger: ConnectionLedger
  private var session: (any WebSocketSession)?
  private var context: ChannelHandlerContext?
  private var parser: WebSocketParser
  private var state = State.open
  /// What is sent while a read is handled goes out at its end, in one flush.
  private var isReading = false

  /// permessage-deflate was agreed on.
  let isCompressing: Bool

  init(maximumBytes: Int, isCompressing: Bool, ledger: ConnectionLedger) {
    parser = WebSocketParser(maximumBytes: maximumBytes, inflates: isCompressing)
    self.isCompressing = isCompressing
    self.ledger = ledger
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    ledger.count { $0.webSockets += 1 }
  }

  func handlerRemoved(context: ChannelHandlerContext) { over() }

  /// Called once the handshake's answer is written. `makeSession` is not kept, for it holds the whole request.
  func open(_ makeSession: (WebSocketOutbound) -> any WebSocketSession) {
    guard let context else { return }
    let session = makeSession(WebSocketOutbound(handler: self, eventLoop: context.eventLoop))
    self.session = session
    session.opened()
    flush()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard state != .closed else { return }
    isReading = true
    parser.append(unwrapInboundIn(data))
    while let event = parser.next() { act(on: event) }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    flush()
    context.fireChannelReadComplete()
  }

  private func act(on event: WebSocketParser.Event) {
    switch event {
    case .text(let message): if state == .open { session?.received(text: message) }
    // Who takes nothing is sent no more; he learns nothing from pongs that wait.
    case .ping(let payload): if state == .open, isWritable { write(WebSocketFrames.pong(payload)) }
    case .pong: break
    case .close(let code): answerClose(code)
    case .violation(let code):
      ledger.count { $0.webSocketViolations += 1 }
      close(code, reason: "")
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case ChannelEvent.inputClosed: context.close(promise: nil)
    case is ServerEnding: close(.serviceRestart, reason: "")
    default: break
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if state == .open { session?.writabilityChanged(isWritable: context.channel.isWritable) }
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    over()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func over() {
    guard context != nil else { return }
    context = nil
    state = .closed
    ledger.count { $0.webSockets -= 1 }
    session?.closed()
    session = nil
  }

  // MARK: Writing

  var isWritable: Bool { context?.channel.isWritable ?? false }

  func write(_ frame: ByteBuffer) {
    guard state == .open else { return }
    context?.write(wrapOutboundOut(frame), promise: nil)
  }

  // Also where no end of a read follows, as behind frames that came along with the handshake.
  func flush() {
    isReading = false
    context?.flush()
  }

  func send(_ frame: ByteBuffer) {
    guard state == .open else { return }
    context?.write(wrapOutboundOut(frame), promise: nil)
    if !isReading { flush() }
  }

  // MARK: Closing

  func close(_ code: WebSocketCloseCode, reason: String, answerWithin time: TimeAmount = closeTime) {
    guard state == .open, let context else { return }
    write(WebSocketFrames.close(code, reason: reason))
    state = .closing
    flush()
    closeLater(context, time)
  }

  private func answerClose(_ code: WebSocketCloseCode?) {
    guard let context else { return }
    if state == .open {
      session?.peerCloses(code)
      write(WebSocketFrames.close(code, reason: ""))
      state = .closing
    }
    context.flush()
    closeLater(context)
    context.close(mode: .output, promise: nil)
  }

  /// A peer that never answers does not keep its socket.
  private func closeLater(_ context: ChannelHandlerContext, _ time: TimeAmount = closeTime) {
    let channel = context.channel
    context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
  }
}
