import NIOCore
import NIOHTTP1

/// One HTTP/1.1 connection: requests in, answers out, in order, one at a time.
///
/// A request is decided from its head (`begin`) and answered (`write`, `finishAnswer`), at once or later. While an
/// answer is owed nothing more is read, and requests that came in the same read wait in `waiting`. Answers given during
/// a read go out in one flush at its end. Every close is a lingering one: the output is shut, input is dropped for a
/// while, so that the peer sees the last answer instead of a reset.
///
/// The class is split by aspect: `+Requests` decides, `+Answers` writes, `+Closing` ends and times, `+Router` and
/// `+WebSocket` hand over.
final class HTTPConnection: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Where in a request the input is.
  enum Inbound {
    case betweenRequests
    /// The body is not wanted; `left` more bytes are dropped before the connection is given up.
    case dropping(left: Int)
    case collecting(BodyCollector)
    /// The end of the request makes this a WebSocket.
    case upgrading(WebSocketHandshake)
  }

  /// What must be remembered of the request being answered.
  struct Current {
    var isHead = false
    var version = HTTPVersion.http1_1
    var closes = false
    var isAnswered = true
    /// The peer holds its body back until told to send it.
    var awaitsContinue = false
    /// The body is longer than anybody would read just to drop it.
    var hasLongBody = false

    /// True when the connection cannot be used after this answer.
    var endsConnection: Bool { closes || awaitsContinue || hasLongBody }
  }

  let server: ServerContext
  let peer: String
  let peerIsTrusted: Bool
  /// What this event loop has answered before.
  let repeated: RepeatedRequests?
  /// What this connection asked last.
  var lastRequest: RepeatedRequest?
  /// What was just read, while it may be the whole of the request being decided.
  var requestBytes: ByteBuffer?
  /// Whether the decoder holds the beginning of a request.
  private(set) var boundary = MessageBoundary()
  var context: ChannelHandlerContext?
  /// The way past the channel's queue.
  private var output: DirectOutput?
  var inbound = Inbound.betweenRequests
  var current = Current()
  var waiting = WaitingRequests()
  var isAnswerOwed = false
  /// The answer being streamed out of the router, if any.
  var stream: StreamedAnswer?
  var times = ConnectionTimes()
  var timer: LazyTimer?
  /// Set when no further request will be served; the connection ends when all owed answers are out.
  var refusesMore = false
  /// Set when the server stops: the next answer is the last.
  var isLeaving = false
  /// The answer to bytes that are no request, given after all owed answers.
  var parseFailure: WebError?
  var isLingering = false
  var isInputClosed = false
  var lingeredBytes = 0
  private var requestsInRead = 0
  private var isReading = false
  private var isAdvancing = false
  private var isReadHeld = false

  init(server: ServerContext, peer: String, repeated: RepeatedRequests? = nil) {
    self.server = server
    self.peer = peer
    self.repeated = repeated
    peerIsTrusted = server.addresses.isTrusted(peer)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    output = DirectOutput(context.channel)
    timer = LazyTimer(eventLoop: context.eventLoop) { [weak self] in self?.timeIsUp() }
    updateTimer()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
    failStream()
    self.context = nil
    output = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = unwrapInboundIn(data)
    boundary.note(part)
    isReading = true
    guard !isLingering else { return dropWhileLingering(part) }
    if case .head = part { countRequest() }
    guard !refusesMore || !isBetweenRequests else { return }
    guard mustWait else { return handle(part) }
    if !waiting.append(part) { refusesMore = true }
  }

  /// Answers bytes that this event loop has answered before, through the context of the handler that read them, which
  /// also flushes; `false` leaves them to the decoder.
  func answerAgain(_ bytes: ByteBuffer, through context: ChannelHandlerContext) -> Bool {
    guard let repeated, boundary.isClean, isIdle, !isEnding, context.channel.isWritable else {
      return false
    }
    guard let answer = repeated.answer(to: bytes, last: &lastRequest) else {
      requestBytes = bytes
      return false
    }
    current = Current()
    switch answer {
    case .bytes(var bytes):
      if output?.send(&bytes, past: context.channel) != true { write(bytes, through: context) }
    case .response: write(answer)
    }
    timer?.set(.now() + server.limits.idleTime)
    return true
  }

  /// Something was written that has not been flushed, perhaps.
  var mayOweFlush: Bool { output?.mayWait ?? true }

  /// All that this connection writes to its channel goes through here.
  func write(_ bytes: ByteBuffer, through context: ChannelHandlerContext) {
    output?.noteWrite()
    context.write(wrapOutboundOut(bytes), promise: nil)
  }

  /// Hands a read on to the decoder. Behind a request it may leave a part of the next there, so from here on nothing is
  /// answered or kept by its bytes until a read has ended as a request does.
  func decode(_ bytes: ByteBuffer, through context: ChannelHandlerContext) {
    boundary.begin()
    context.fireChannelRead(wrapOutboundOut(bytes))
    boundary.finish(bytes)
    requestBytes = nil
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    if waiting.isEmpty { requestsInRead = 0 }
    context.flush()
    endIfDone()
    noteHead()
    updateTimer()
    context.fireChannelReadComplete()
  }

  /// Reading is the back-pressure: it stops while an answer is owed or the peer takes none.
  func read(context: ChannelHandlerContext) {
    if mayRead { context.read() } else { isReadHeld = true }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    noteWritability(context.channel.isWritable)
    if context.channel.isWritable { resumeStream() }
    releaseRead()
    updateTimer()
    context.fireChannelWritabilityChanged()
  }

  /// Goes on after an answer: serves what waited, flushes outside of a read, lets reading continue.
  func advance() {
    guard !isAdvancing else { return }
    isAdvancing = true
    while !isLingering, !owesBetweenRequests, let part = waiting.popFirst() { handle(part) }
    isAdvancing = false
    guard !isReading else { return }
    context?.flush()
    if waiting.isEmpty { requestsInRead = 0 }
    endIfDone()
    noteHead()
    updateTimer()
    releaseRead()
  }

  func endIfDone() {
    guard refusesMore, !isLingering, !isAnswerOwed, waiting.isEmpty, isBetweenRequests else { return }
    if let parseFailure { writeError(parseFailure) } else { linger() }
  }

  /// True when no request is being read or answered.
  var isIdle: Bool { isBetweenRequests && !isAnswerOwed && waiting.isEmpty }

  var isBetweenRequests: Bool {
    if case .betweenRequests = inbound { return true }
    return false
  }

  private var isEnding: Bool { refusesMore || isLeaving || isLingering }
  private var owesBetweenRequests: Bool { isAnswerOwed && isBetweenRequests }
  private var mustWait: Bool { !waiting.isEmpty || owesBetweenRequests }

  private var mayRead: Bool {
    guard !isLingering else { return true }
    guard context?.channel.isWritable ?? false else { return false }
    return !isBetweenRequests || (!isAnswerOwed && waiting.isEmpty)
  }

  private func releaseRead() {
    guard isReadHeld, mayRead else { return }
    isReadHeld = false
    context?.read()
  }

  private func countRequest() {
    times.headStartedAt = nil
    requestsInRead += 1
    if requestsInRead > server.limits.pipelinedRequests { refusesMore = true }
  }
}

/// A body being read, up to its maximum.
struct BodyCollector {
  var bytes = ByteBuffer()
  let maximum: Int
  let then: (ByteBuffer) -> Void
}
