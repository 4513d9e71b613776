import Logging
import NIOCore
import NIOPosix
import NIOSSL

/// Keeps one connection to a primary alive: connects, logs in, checks the role, and again after every loss.
///
/// Lives on one event loop; ``RedisClient`` and ``RedisSubscriber`` say what to do with a connection that is ready.
final class RedisLink {
  let configuration: RedisConfiguration
  let eventLoop: any EventLoop
  private let tls: NIOSSLContext?
  private let inquiry: SentinelInquiry?
  private var delay = ReconnectDelay()
  private var random = SystemRandomNumberGenerator()
  private var isStopped = false
  private var readySince: NIODeadline?
  private var handler: RedisChannelHandler?
  /// Set while the server that was reached says that it is no primary.
  private var metReplica = false
  private(set) var reason = "not connected yet"

  /// Why there is no connection.
  var failure: RedisError { metReplica ? .notPrimary(reason) : .disconnected(reason) }

  /// The connection once it has been greeted; `nil` without one.
  var readyHandler: RedisChannelHandler? { readySince == nil ? nil : handler }

  private var awaiting: [EventLoopPromise<Void>] = []

  var onReady: ((RedisChannelHandler) -> Void)?
  var onLost: ((String) -> Void)?

  init(configuration: RedisConfiguration, eventLoop: any EventLoop, tls: NIOSSLContext?) {
    self.configuration = configuration
    self.eventLoop = eventLoop
    self.tls = tls
    self.inquiry = SentinelInquiry(configuration, eventLoop: eventLoop, tls: tls)
  }

  func connect() {
    guard !isStopped else { return }
    guard let inquiry else { return connect(to: configuration.address.endpoint) }
    inquiry.find { [weak self] result in
      switch result {
      case .success(let endpoint): self?.connect(to: endpoint)
      case .failure(let unknown): self?.lost(unknown.reason)
      }
    }
  }

  private func connect(to endpoint: RedisAddress.Endpoint) {
    guard !isStopped else { return }
    let attempt = configuration.connect(to: endpoint, on: eventLoop, tls: tls)
    attempt.assumeIsolated().whenComplete { result in
      switch result {
      case .failure(let error):
        self.lost("cannot connect to \(self.configuration.address): \(ConnectProblem.text(error))")
      case .success(let channel): self.greet(channel)
      }
    }
  }

  /// Stops for good.
  func stop() {
    isStopped = true
    reason = "stopped"
    // Who stops wants to hear no more.
    (onReady, onLost) = (nil, nil)
    handler?.close(reason)
    failAwaiting()
  }

  /// Tells once how the connection that stands or is being made turns out.
  func awaitReady(_ promise: EventLoopPromise<Void>) {
    if readyHandler != nil { return promise.succeed() }
    if isStopped { return promise.fail(failure) }
    awaiting.append(promise)
  }

  private func failAwaiting() {
    let promises = awaiting
    awaiting = []
    for promise in promises { promise.fail(failure) }
  }

  private func greet(_ channel: any Channel) {
    guard !isStopped, let handler = try? channel.pipeline.syncOperations.handler(type: RedisChannelHandler.self) else {
      return channel.close(promise: nil)
    }
    self.handler = handler
    metReplica = false
    handler.onClose = { [weak self] reason in self?.lost(reason) }
    let greeting: [RedisCommand]
    do { greeting = try configuration.greeting() } catch { return handler.close(error.description) }
    let promise = eventLoop.makePromise(of: [RedisValue].self)
    handler.send(greeting, timeout: configuration.timing.commandTimeout, promise: promise)
    promise.futureResult.assumeIsolated().whenComplete { result in
      guard self.handler === handler else { return }
      switch result.map({ self.configuration.refusal(of: $0, to: greeting) }) {
      case .success(.none): self.becameReady(handler)
      case .success(.notPrimary(let reason)):
        self.metReplica = true
        handler.close(reason)
      case .success(.other(let reason)): handler.close(reason)
      case .failure: handler.close("no greeting from the server")
      }
    }
  }

  private func becameReady(_ handler: RedisChannelHandler) {
    readySince = .now()
    metReplica = false
    configuration.logger.debug("connected to Redis", metadata: ["address": "\(configuration.address)"])
    onReady?(handler)
    let promises = awaiting
    awaiting = []
    for promise in promises { promise.succeed() }
  }

  private func lost(_ reason: String) {
    if readySince == nil { inquiry?.distrust() }
    if handler == nil { metReplica = false }
    handler = nil
    self.reason = reason
    // A server that greets well and fails at once must not be asked every 20 ms for ever.
    if let readySince, .now() - readySince > .seconds(1) { delay.reset() }
    readySince = nil
    onLost?(reason)
    failAwaiting()
    guard !isStopped else { return }
    let pause = delay.next(now: .now(), using: &random)
    let milliseconds = pause.nanoseconds / 1_000_000
    configuration.logger.debug("no Redis", metadata: ["reason": "\(reason)", "retry_ms": "\(milliseconds)"])
    eventLoop.assumeIsolated().scheduleTask(in: pause) { self.connect() }
  }
}
