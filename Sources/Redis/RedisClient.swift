package import NIOCore
import NIOPosix
import Synchronization

/// One connection for commands, kept alive. Commands sent from anywhere are pipelined in the order they arrive; while
/// there is no connection they fail at once.
package final class RedisClient: Sendable {
  /// What a client tells of its connection.
  package enum State: Hashable, Sendable {
    case connected
    case disconnected(reason: String)
  }

  package let eventLoop: any EventLoop
  private let link: NIOLoopBoundBox<RedisLink>
  private let timeout: TimeAmount
  /// Redis before 7 has no EVALSHA_RO; found out by the first that is refused.
  private let lacksReadOnlyScripts = Atomic(false)

  /// Starts connecting. `onState` is called on the event loop.
  package init(
    _ configuration: RedisConfiguration, eventLoop: (any EventLoop)? = nil,
    onState: @escaping @Sendable (State) -> Void = { _ in }
  ) throws {
    let eventLoop = eventLoop ?? MultiThreadedEventLoopGroup.singleton.any()
    let link = RedisLink(configuration: configuration, eventLoop: eventLoop, tls: try configuration.address.makeTLS())
    link.onReady = { _ in onState(.connected) }
    link.onLost = { onState(.disconnected(reason: $0)) }
    self.eventLoop = eventLoop
    self.timeout = configuration.timing.commandTimeout
    self.link = NIOLoopBoundBox.makeBoxSendingValue(link, eventLoop: eventLoop)
    eventLoop.execute { self.link.value.connect() }
  }

  /// Completes when the connection stands, or fails when the attempt under way does.
  package func ready() -> EventLoopFuture<Void> {
    let promise = eventLoop.makePromise(of: Void.self)
    eventLoop.execute { self.link.value.awaitReady(promise) }
    return promise.futureResult
  }

  /// Closes for good; every later command fails.
  package func stop() {
    eventLoop.execute { self.link.value.stop() }
  }

  /// Sends commands one after the other, nothing of others between them. Error replies are values here.
  package func pipeline(_ commands: [RedisCommand], timeout: TimeAmount? = nil) -> EventLoopFuture<[RedisValue]> {
    let promise = eventLoop.makePromise(of: [RedisValue].self)
    let timeout = timeout ?? self.timeout
    if eventLoop.inEventLoop {
      send(commands, timeout, promise)
    } else {
      eventLoop.execute { self.send(commands, timeout, promise) }
    }
    return promise.futureResult
  }

  private func send(_ commands: [RedisCommand], _ timeout: TimeAmount, _ promise: EventLoopPromise<[RedisValue]>) {
    let link = link.value
    guard let handler = link.readyHandler else { return promise.fail(link.failure) }
    handler.send(commands, timeout: timeout, promise: promise)
  }

  /// Sends one command; an error reply fails the future.
  package func send(_ command: RedisCommand, timeout: TimeAmount? = nil) -> EventLoopFuture<RedisValue> {
    pipeline([command], timeout: timeout).flatMapThrowing { replies in
      guard let reply = replies.first else { throw RedisError.unexpected("nothing") }
      if let error = reply.failure { throw RedisError.server(error.naming(command.title)) }
      return reply
    }
  }

  /// Runs commands in MULTI and EXEC. Errors of single commands are values; if EXEC refuses, the future fails.
  package func transaction(_ commands: [RedisCommand]) -> EventLoopFuture<[RedisValue]> {
    pipeline([RedisCommand("MULTI")] + commands + [RedisCommand("EXEC")]).flatMapThrowing { replies in
      if let error = replies.dropLast().lazy.compactMap(\.failure).first { throw RedisError.server(error) }
      if let error = replies.last?.failure { throw RedisError.server(error) }
      guard let results = replies.last?.elements, results.count == commands.count else {
        throw RedisError.unexpected("no results from EXEC")
      }
      return results
    }
  }

  /// Runs a script by its hash, and with its text if the server does not have it. Scripts sent meanwhile may then run
  /// before it.
  package func run(_ script: RedisScript, keys: [String], arguments: [[UInt8]]) -> EventLoopFuture<RedisValue> {
    let readOnly = script.isReadOnly && !lacksReadOnlyScripts.load(ordering: .relaxed)
    @Sendable func attempt(whole: Bool) -> EventLoopFuture<RedisValue> {
      let command = script.command(keys: keys, arguments: arguments, whole: whole, readOnly: readOnly)
      return pipeline([command]).flatMapThrowing { replies in
        guard let reply = replies.first else { throw RedisError.unexpected("nothing") }
        if let error = reply.failure { throw RedisError.server(error.naming("script \(script.name)")) }
        return reply
      }
    }
    return attempt(whole: false).flatMapError { error in
      guard case .server(let reply) = error as? RedisError else { return self.eventLoop.makeFailedFuture(error) }
      if reply.kind == .noScript { return attempt(whole: true) }
      guard readOnly, reply.isUnknownCommand else { return self.eventLoop.makeFailedFuture(error) }
      self.lacksReadOnlyScripts.store(true, ordering: .relaxed)
      return self.run(script, keys: keys, arguments: arguments)
    }
  }
}
