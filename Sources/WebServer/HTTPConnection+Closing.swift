import NIOCore
import NIOHTTP1

/// The moments a connection's patience counts from.
struct ConnectionTimes {
  /// The first byte of a header that is not complete.
  var headStartedAt: NIODeadline?
  var bodyStartedAt: NIODeadline?
  var unwritableSince: NIODeadline?
  var lingerUntil: NIODeadline?
}

/// Sent to every connection when the server stops.
struct ServerStopping: Sendable {}

/// Sent when goodbyes have been said: WebSockets still open are closed with 1012.
struct ServerEnding: Sendable {}

/// Ends and time limits.
extension HTTPConnection {
  /// Bytes came in; a header may have begun.
  func bytesArrived() {
    if isIdle, times.headStartedAt == nil { times.headStartedAt = .now() }
  }

  func updateTimer() {
    timer?.set(nextDeadline)
  }

  private var nextDeadline: NIODeadline? {
    if let lingerUntil = times.lingerUntil { return lingerUntil }
    if let since = times.unwritableSince { return since + server.limits.writeTime }
    if let started = times.bodyStartedAt { return started + server.limits.bodyTime }
    if isAnswerOwed { return nil }
    if let started = times.headStartedAt { return started + server.limits.headerTime }
    return .now() + server.limits.idleTime
  }

  func timeIsUp() {
    guard !isLingering, times.unwritableSince == nil else {
      context?.close(promise: nil)
      return
    }
    guard times.headStartedAt != nil || times.bodyStartedAt != nil else { return linger() }
    server.ledger.count { $0.timeouts += 1 }
    if current.isAnswered && times.headStartedAt == nil || isAnswerOwed { linger() } else { writeError(.requestTimeout) }
  }

  /// Shuts the output after all that is written, drops input for a while, then closes.
  func linger() {
    guard let context, !isLingering else { return }
    isLingering = true
    isAnswerOwed = false
    waiting.removeAll()
    inbound = .betweenRequests
    times.lingerUntil = .now() + server.limits.lingerTime
    updateTimer()
    context.flush()
    let isInputClosed = self.isInputClosed
    let channel = context.channel
    let promise = context.eventLoop.makePromise(of: Void.self)
    promise.futureResult.whenComplete { result in
      if case .failure = result { return channel.close(promise: nil) }
      if isInputClosed { channel.close(promise: nil) }
    }
    context.close(mode: .output, promise: promise)
    context.read()
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
      if isLingering { context.close(promise: nil) } else { stopServing() }
    case is ServerStopping: stopServing()
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
