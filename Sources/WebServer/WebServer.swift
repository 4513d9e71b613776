package import Hummingbird
package import Logging
package import NIOCore
import ServiceLifecycle

/// HTTP/1.1 and WebSocket on one port: hot routes on the event loop, everything else through a Hummingbird responder.
///
/// `run()` serves until graceful shutdown (or cancellation). Then nobody new is let in, `onShutdown` may say goodbye to
/// WebSockets in its own time, requests under way are finished, idle connections are closed, and what is still open at
/// `limits.shutdownTime` is cut.
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
    let connections = server.ledger.stop()
    try? await listener.close().get()
    await drain(connections, within: end == .cancelled ? .zero : server.limits.shutdownTime)
    if end == .listenerClosed { throw WebServerError.listenerClosed }
  }

  private enum End { case shutdown, cancelled, listenerClosed }

  /// Waits for shutdown, cancellation, or the end of the listener, which nobody else may close.
  private func untilTold(_ listener: any Channel) async -> End {
    await withTaskGroup(of: End.self) { group in
      group.addTask {
        try? await listener.closeFuture.get()
        return .listenerClosed
      }
      group.addTask {
        do {
          try await gracefulShutdown()
          return .shutdown
        } catch {
          return .cancelled
        }
      }
      let end = await group.next() ?? .cancelled
      listener.close(promise: nil)
      group.cancelAll()
      return end
    }
  }

  /// Ends when all connections are closed, which the deadline guarantees.
  private func drain(_ connections: [any Channel], within time: TimeAmount) async {
    let loop = eventLoopGroup.next()
    let cut = loop.scheduleTask(in: time) { connections.forEach { $0.close(promise: nil) } }
    connections.forEach { $0.pipeline.fireUserInboundEventTriggered(ServerStopping()) }
    let goodbye = hooks.onShutdown
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await goodbye()
        connections.forEach { $0.pipeline.fireUserInboundEventTriggered(ServerEnding()) }
      }
      try? await EventLoopFuture.andAllComplete(connections.map(\.closeFuture), on: loop).get()
      group.cancelAll()
    }
    cut.cancel()
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
  /// The server stops: close WebSockets in your own time, and end when cancelled. Those still open afterwards get 1012.
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
