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
  private var delay = ReconnectDelay()
  private var random = SystemRandomNumberGenerator()
  private var isStopped = false
  private var readySince: NIODeadline?
  private var handler: RedisChannelHandler?
  private(set) var reason = "not connected yet"

  /// The connection once it has been greeted; `nil` without one.
  var readyHandler: RedisChannelHandler? { readySince == nil ? nil : handler }

  private var awaiting: [EventLoopPromise<Void>] = []

  var onReady: ((RedisChannelHandler) -> Void)?
  var onLost: ((String) -> Void)?

  init(configuration: RedisConfiguration, eventLoop: any EventLoop, tls: NIOSSLContext?) {
    self.configuration = configuration
    self.eventLoop = eventLoop
    self.tls = tls
  }

  func connect() {
    guard !isStopped else { return }
    let attempt = configuration.connect(on: eventLoop, tls: tls)
    attempt.assumeIsolated().whenComplete { result in
      switch result {
      case .failure(let error): self.lost("cannot connect to \(self.configuration.address): \(error)")
      case .success(let channel): self.greet(channel)
      }
    }
  }

  /// Stops for good.
  func stop() {
    isStopped = true
    reason = "stopped"
    handler?.close(reason)
    (onReady, onLost) = (nil, nil)
    failAwaiting()
  }

  /// Tells once how the connection that stands or is being made turns out.
  func awaitReady(_ promise: EventLoopPromise<Void>) {
    if readyHandler != nil { return promise.succeed() }
    if isStopped { return promise.fail(RedisError.disconnected(reason)) }
    awaiting.append(promise)
  }

  private func failAwaiting() {
    let promises = awaiting
    awaiting = []
    for promise in promises { promise.fail(RedisError.disconnected(reason)) }
  }

  private func greet(_ channel: any Channel) {
    guard !isStopped, let handler = try? channel.pipeline.syncOperations.handler(type: RedisChannelHandler.self) else {
      return channel.close(promise: nil)
    }
    self.handler = handler
    handler.onClose = { [weak self] reason in self?.lost(reason) }
    let promise = eventLoop.makePromise(of: [RedisValue].self)
    handler.send(configuration.greeting, timeout: configuration.timing.commandTimeout, promise: promise)
    promise.futureResult.assumeIsolated().whenComplete { result in
      guard self.handler === handler else { return }
      switch result.map({ self.configuration.refusal(of: $0) }) {
      case .success(.none): self.becameReady(handler)
      case .success(.some(let reason)): handler.close(reason)
      case .failure(let error): handler.close("no greeting from the server: \(error)")
      }
    }
  }

  private func becameReady(_ handler: RedisChannelHandler) {
    readySince = .now()
    configuration.logger.debug("connected to Redis", metadata: ["address": "\(configuration.address)"])
    onReady?(handler)
    let promises = awaiting
    awaiting = []
    for promise in promises { promise.succeed() }
  }

  private func lost(_ reason: String) {
    handler = nil
    self.reason = reason
    // A server that greets well and fails at once must not be asked every 20 ms for ever.
    if let readySince, .now() - readySince > .seconds(1) { delay.reset() }
    readySince = nil
    onLost?(reason)
    failAwaiting()
    guard !isStopped else { return }
    let pause = delay.next(using: &random)
    let milliseconds = pause.nanoseconds / 1_000_000
    configuration.logger.debug("no Redis", metadata: ["reason": "\(reason)", "retry_ms": "\(milliseconds)"])
    eventLoop.assumeIsolated().scheduleTask(in: pause) { self.connect() }
  }
}
