import NIOCore
import NIOHTTP1

/// The moments a connection's patience counts from.
struct ConnectionTimes {
  /// The first byte of a header that is not complete.
  var headStartedAt: NIODeadline?
  var bodyStartedAt: NIODeadline?
  /// Since when the peer has been given more than it takes, and how much was unsent then.
  var unwritableSince: (time: NIODeadline, unsentBytes: Int)?
  var lingerUntil: NIODeadline?
  var isOutputShut = false
}

/// Sent to every connection when the server stops: each gets one more answer at most.
struct ServerStopping: Sendable {}

/// Sent when goodbyes have been said: idle connections are closed, WebSockets still open with 1012.
struct ServerEnding: Sendable {}

/// Ends and time limits.
extension HTTPConnection {
  /// A header may have begun, also behind a request in the same read.
  func noteHead() {
    if boundary.isInsideHead, isIdle, times.headStartedAt == nil { times.headStartedAt = .now() }
  }

  func updateTimer() {
    timer?.set(nextDeadline)
  }

  private var nextDeadline: NIODeadline? {
    if let since = times.unwritableSince { return since.time + server.limits.writeTime }
    if let lingerUntil = times.lingerUntil { return lingerUntil }
    if let started = times.bodyStartedAt { return started + server.limits.bodyTime }
    if isAnswerOwed { return nil }
    if let started = times.headStartedAt { return started + server.limits.headerTime }
    return .now() + server.limits.idleTime
  }

  func timeIsUp() {
    if let since = times.unwritableSince { return judgeSlowReader(since.unsentBytes) }
    guard !isLingering else { return closeNow() }
    guard times.headStartedAt != nil || times.bodyStartedAt != nil else { return linger() }
    server.ledger.count { $0.timeouts += 1 }
    if current.isAnswered && times.headStartedAt == nil || isAnswerOwed {
      linger()
    } else {
      writeError(.requestTimeout)
    }
  }

  /// A slow peer may take its time, but not stand still.
  private func judgeSlowReader(_ unsentBefore: Int) {
    guard unsentBefore - unsentBytes >= Self.leastProgressBytes else { return closeNow() }
    times.unwritableSince = (.now(), unsentBytes)
    updateTimer()
  }

  /// What a peer must take per `writeTime`.
  private static let leastProgressBytes = 8 * 1024

  private func closeNow() { context?.close(promise: nil) }

  func noteWritability(_ isWritable: Bool) {
    times.unwritableSince = isWritable ? nil : (.now(), unsentBytes)
  }

  private var unsentBytes: Int {
    guard let options = context?.channel.syncOptions else { return 0 }
    return (try? options.getOption(.bufferedWritableBytes)) ?? 0
  }

  /// Shuts the output after all that is written, drops input for a while, then closes.
  func linger() {
    guard let context, !isLingering else { return }
    isLingering = true
    isAnswerOwed = false
    waiting.removeAll()
    inbound = .betweenRequests
    times.lingerUntil = .now() + server.limits.writeTime
    updateTimer()
    context.flush()
    let promise = context.eventLoop.makePromise(of: Void.self)
    promise.futureResult.assumeIsolated().whenComplete { [weak self] in self?.outputIsShut($0) }
    context.close(mode: .output, promise: promise)
    context.read()
  }

  /// Everything is sent; only now the time to linger begins.
  private func outputIsShut(_ result: Result<Void, any Error>) {
    if case .failure = result { return closeNow() }
    if isInputClosed { return closeNow() }
    times.isOutputShut = true
    times.lingerUntil = .now() + server.limits.lingerTime
    updateTimer()
  }

  func dropWhileLingering(_ part: HTTPServerRequestPart) {
    guard case .body(let bytes) = part else { return }
    lingeredBytes += bytes.readableBytes
    if lingeredBytes > 1024 * 1024 { context?.close(promise: nil) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case ChannelEvent.inputClosed:
      isInputClosed = true
      if !isLingering { stopServing() } else if times.isOutputShut { closeNow() }
    case is ServerStopping:
      isLeaving = true
      // Who is idle may still ask once: whether this server is ready, for one.
      if !isIdle { stopServing() }
    case is ServerEnding: stopServing()
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  private func stopServing() {
    refusesMore = true
    endIfDone()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? HTTPParserError else { return context.close(promise: nil) }
    guard !isLingering, parseFailure == nil else { return }
    times.headStartedAt = nil
    server.ledger.count { $0.badRequests += 1 }
    let isInsideAnswered = !isBetweenRequests && (current.isAnswered || isAnswerOwed)
    inbound = .betweenRequests
    refusesMore = true
    if !isInsideAnswered {
      parseFailure = error == .headerOverflow ? .headerTooLarge : .badRequest
    }
    endIfDone()
  }
}
