import NIOCore

/// One connection's end of the pipeline: writes batches once per tick, gives replies to who waits, watches the time.
///
/// A connection is closed by: bytes that are no RESP2, a reply nobody asked for, three seconds without any byte while
/// one is due, an answer that makes it useless (``RedisServerError/endsConnection``).
final class RedisChannelHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let timing: RedisTiming
  private let usesTLS: Bool
  /// No byte has come yet.
  private var isSilent = true
  private var reader: RESPReader?
  private var queue: ReplyQueue
  private var context: ChannelHandlerContext?
  private var output = ByteBuffer()
  private var unsentBytes = 0
  private var lastByte = NIODeadline.now()
  private var lastPing = NIODeadline.now()
  private var timer: (task: Scheduled<Void>, at: NIODeadline)?
  /// Set by whoever closes first; without it the server did.
  private var closeReason: String?
  private var reason: String { closeReason ?? closedByServer }
  // A server that wants TLS leaves when it hears something else.
  private var closedByServer: String {
    isSilent && !usesTLS
      ? "the server closed the connection without a word; it may speak TLS on this port (rediss://)"
      : "the server closed the connection"
  }

  /// Set for a connection that subscribes: then every reply is a push and goes here; false ends the connection.
  var onPush: ((RedisValue) -> Bool)?
  /// Called once, after every waiting promise has failed.
  var onClose: ((String) -> Void)?

  init(timing: RedisTiming, usesTLS: Bool = false) {
    self.timing = timing
    self.usesTLS = usesTLS
    self.queue = ReplyQueue(limit: timing.waitingReplies)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    do { reader = try RESPReader(limits: timing.limits) } catch { close(error.reason) }
  }

  func channelActive(context: ChannelHandlerContext) {
    lastByte = .now()
    arm(at: nextCheck())
    context.fireChannelActive()
  }

  /// Sends commands one after the other and waits for all their replies. On the event loop only.
  func send(_ commands: [RedisCommand], timeout: TimeAmount, promise: EventLoopPromise<[RedisValue]>) {
    guard let context, context.channel.isActive else { return promise.fail(RedisError.disconnected(reason)) }
    guard !commands.isEmpty else { return promise.succeed([]) }
    let deadline = NIODeadline.now() + timeout
    guard unsentBytes + output.readableBytes <= timing.unsentBytes,
      queue.add(promise, expecting: commands.count, deadline: deadline)
    else { return promise.fail(RedisError.overloaded) }
    write(commands)
    arm(at: deadline)
  }

  /// Sends commands whose answers are pushes.
  func sendForPushes(_ commands: [RedisCommand]) {
    guard let context, context.channel.isActive else { return }
    write(commands)
  }

  func close(_ reason: String) {
    guard let context else { return }
    closeReason = closeReason ?? (usesTLS && isSilent ? "\(reason); \(ConnectProblem.noTLS)" : reason)
    context.close(promise: nil)
  }

  // All writes of one turn of the event loop leave in one system call.
  private func write(_ commands: [RedisCommand]) {
    guard let context else { return }
    let isFirst = output.readableBytes == 0
    for command in commands { command.encode(into: &output) }
    guard isFirst else { return }
    context.eventLoop.assumeIsolated().execute { self.flush() }
  }

  private func flush() {
    guard let context, output.readableBytes > 0 else { return }
    let bytes = output.readableBytes
    unsentBytes += bytes
    let written = context.writeAndFlush(wrapOutboundOut(output))
    output = ByteBuffer()
    written.assumeIsolated().whenComplete { _ in self.unsentBytes -= bytes }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    lastByte = .now()
    let buffer = unwrapInboundIn(data)
    // A TLS record, where RESP never begins with such a byte: the server's alert at what is no handshake.
    if isSilent, let first = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self), first == 0x15 || first == 0x16 {
      return close(ConnectProblem.onlyTLS)
    }
    isSilent = false
    do throws(RESPError) {
      try buffer.withUnsafeReadableBytes { bytes throws(RESPError) in try reader?.feed(bytes) }
      while context.channel.isActive, let reply = try reader?.next() { receive(reply) }
    } catch {
      reader = nil
      close("the server's answer cannot be read: \(error.reason)")
    }
  }

  private func receive(_ reply: RedisValue) {
    if let onPush {
      if !onPush(reply) { close("an unexpected message on a subscribed connection") }
      return
    }
    // Nobody subscribes on this connection: a message would be taken for the answer of a command.
    if case .array(let parts) = reply, parts.count == 3, parts[0] == .bytes(Array("message".utf8)) {
      return close("a published message on a connection for commands")
    }
    switch queue.receive(reply) {
    case .wait: break
    case .desync: close("an answer nobody asked for")
    case .succeed(let promise, let replies):
      promise.succeed(replies)
      if let error = replies.lazy.compactMap(\.failure).first(where: \.endsConnection) { close(error.message) }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // Said first and in full: nothing is to be added to why TLS failed.
    closeReason = closeReason ?? (ConnectProblem.isReset(error) ? closedByServer : ConnectProblem.text(error))
    close(reason)
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { end() }

  private func end() {
    guard context != nil else { return }
    context = nil
    reader = nil
    timer?.task.cancel()
    for promise in queue.drain() { promise.fail(RedisError.disconnected(reason)) }
    let onClose = onClose
    (self.onClose, self.onPush) = (nil, nil)
    onClose?(reason)
  }

  // One timer for all: it stands at the oldest batch's deadline or the next moment to look for silence.
  private func arm(at deadline: NIODeadline) {
    guard let context else { return }
    if let timer {
      guard deadline < timer.at else { return }
      timer.task.cancel()
    }
    let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.check() }
    timer = (task, deadline)
  }

  private func nextCheck() -> NIODeadline {
    let watch = NIODeadline.now() + timing.pingInterval
    return min(queue.nextDeadline ?? watch, watch)
  }

  private func check() {
    timer = nil
    let now = NIODeadline.now()
    for promise in queue.expire(now: now) { promise.fail(RedisError.timeout) }
    if now - lastByte >= timing.silence, onPush != nil || queue.hasExpired {
      return close("no byte from the server for \(timing.silence.nanoseconds / 1_000_000_000) s")
    }
    if now - lastByte >= timing.pingInterval, now - lastPing >= timing.pingInterval { ping(now) }
    arm(at: nextCheck())
  }

  private func ping(_ now: NIODeadline) {
    guard let context else { return }
    if onPush != nil {
      sendForPushes([RedisCommand("PING")])
    } else if queue.isEmpty {
      send([RedisCommand("PING")], timeout: timing.commandTimeout, promise: context.eventLoop.makePromise())
    } else {
      return
    }
    lastPing = now
  }
}
