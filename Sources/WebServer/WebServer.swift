package import Hummingbird
package import Logging
package import NIOCore
import ServiceLifecycle

/// HTTP/1.1 and WebSocket on one port: hot routes on the event loop, everything else through a Hummingbird responder.
///
/// `run()` serves until graceful shutdown (or cancellation). Then nobody new becomes a WebSocket, and every connection, old
/// or new, is answered once more at most, so that balancers can hear that this server is not ready. `onShutdown` says
/// goodbye to WebSockets in its own time; when it has, the port and idle connections are closed. Requests under way are
/// finished, and what is still open at `limits.shutdownTime` is cut.
package struct WebServer: Service {
  private let server: ServerContext
  private let eventLoopGroup: any EventLoopGroup
  private let hooks: WebServerHooks

  package init<Responder: HTTPResponder>(
    _ configuration: WebServerConfiguration, hot: some HotRoutes, responder: Responder,
    environment: WebServerEnvironment, hooks: WebServerHooks = WebServerHooks()
  ) where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
    let router = RouterBridge(responder, collectedBytes: configuration.limits.collectedAnswerBytes)
    server = ServerContext(configuration: configuration, hot: hot, router: router, environment: environment)
    eventLoopGroup = environment.eventLoopGroup
    self.hooks = hooks
  }

  /// Counts since the start.
  package var counts: WebServerCounts { server.ledger.counts }

  package func run() async throws {
    let listener = try await Listener(server: server, eventLoopGroup: eventLoopGroup).bind()
    server.logger.debug("listening", metadata: ["address": "\(listener.localAddress?.description ?? "")"])
    hooks.onBound(listener.localAddress?.port ?? 0)
    let end = await untilTold(listener)
    switch end {
    case .shutdown, .listenerClosed: await drain(listener)
    case .cancelled: await cut(listener)
    }
    if end == .listenerClosed { throw WebServerError.listenerClosed }
  }

  private enum End { case shutdown, cancelled, listenerClosed }

  /// Waits for shutdown, cancellation, or the end of the listener, which nobody else may close.
  private func untilTold(_ listener: any Channel) async -> End {
    let (closes, closed) = AsyncStream.makeStream(of: End.self)
    listener.closeFuture.whenComplete { _ in closed.yield(.listenerClosed) }
    return await withTaskGroup(of: End.self) { group in
      group.addTask { await closes.first { _ in true } ?? .cancelled }
      group.addTask {
        do {
          try await gracefulShutdown()
          return .shutdown
        } catch {
          return .cancelled
        }
      }
      let end = await group.next() ?? .cancelled
      group.cancelAll()
      return end
    }
  }

  /// Ends when all connections are closed, which the deadline guarantees.
  private func drain(_ listener: any Channel) async {
    let ledger = server.ledger
    let deadline = eventLoopGroup.next().scheduleTask(in: server.limits.shutdownTime) {
      ledger.end().forEach { $0.close(promise: nil) }
    }
    ledger.stop().forEach { $0.pipeline.fireUserInboundEventTriggered(ServerStopping()) }
    await hooks.onShutdown()
    try? await listener.close().get()
    let left = ledger.end()
    left.forEach { $0.pipeline.fireUserInboundEventTriggered(ServerEnding()) }
    await ended(left)
    deadline.cancel()
  }

  private func cut(_ listener: any Channel) async {
    try? await listener.close().get()
    let left = server.ledger.end()
    left.forEach { $0.close(promise: nil) }
    await ended(left)
  }

  private func ended(_ connections: [any Channel]) async {
    try? await EventLoopFuture.andAllComplete(connections.map(\.closeFuture), on: eventLoopGroup.next()).get()
  }
}

/// What a server runs on.
package struct WebServerEnvironment: Sendable {
  package var eventLoopGroup: any EventLoopGroup
  package var logger: Logger

  package init(eventLoopGroup: any EventLoopGroup, logger: Logger) {
    self.eventLoopGroup = eventLoopGroup
    self.logger = logger
  }
}

/// Moments of a server's life that others take part in.
package struct WebServerHooks: Sendable {
  /// The port is bound; its number.
  package var onBound: @Sendable (Int) -> Void
  /// The server stops: close WebSockets in your own time. The port stays open until then; WebSockets still open
  /// afterwards get 1012.
  package var onShutdown: @Sendable () async -> Void

  package init(
    onBound: @escaping @Sendable (Int) -> Void = { _ in }, onShutdown: @escaping @Sendable () async -> Void = {}
  ) {
    self.onBound = onBound
    self.onShutdown = onShutdown
  }
}

/// Why a server stopped on its own.
package enum WebServerError: Error {
  case listenerClosed
}
