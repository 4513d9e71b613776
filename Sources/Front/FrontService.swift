package import Backplane
import Hummingbird
package import Logging
package import NIOCore
import ServiceLifecycle
import Synchronization
package import WebServer

/// A whole front: listens to the backplane, serves browsers, and on shutdown sends its viewers to another front.
package struct FrontService: Service {
  private let backplane: any FrontBackplane
  private let settings: FrontSettings
  private let web: WebServerConfiguration
  private let eventLoops: any EventLoopGroup
  private let logger: Logger
  private let hooks: FrontHooks

  package init(
    backplane: any FrontBackplane, settings: FrontSettings, web: WebServerConfiguration, eventLoops: any EventLoopGroup,
    logger: Logger, hooks: FrontHooks = FrontHooks()
  ) {
    self.backplane = backplane
    self.settings = settings
    self.web = web
    self.eventLoops = eventLoops
    self.logger = logger
    self.hooks = hooks
  }

  package func run() async throws {
    let files = try ClientFiles(folder: settings.clientFolder)
    let hub = Hub(backplane: backplane, settings: settings, eventLoops: eventLoops, logger: logger)
    backplane.listen(hub)
    let readiness = Readiness(hooks.onReady)
    let clockwork = Clockwork(hub, readiness)
    defer { clockwork.stop() }
    let server = WebServer(
      web, hot: FrontRoutes(hub: hub), responder: PageRouter(hub: hub, files: files).router().buildResponder(),
      environment: WebServerEnvironment(eventLoopGroup: eventLoops, logger: logger),
      hooks: WebServerHooks(
        onBound: { port in
          hooks.onBound(port)
          readiness.bound(port)
        }, onShutdown: { await hub.sendViewersAway() }))
    try await server.run()
  }
}

/// Moments of a front's life that others take part in; each is called once, with the port.
package struct FrontHooks: Sendable {
  /// The port is bound.
  package var onBound: @Sendable (Int) -> Void = { _ in }
  /// The store and a producer are heard: pages can be served.
  package var onReady: @Sendable (Int) -> Void = { _ in }
  package init() {}
}

/// Tells once that a bound front has become ready.
private final class Readiness: Sendable {
  private let port = Mutex<Int?>(nil)
  private let tell: @Sendable (Int) -> Void

  init(_ tell: @escaping @Sendable (Int) -> Void) { self.tell = tell }

  func bound(_ number: Int) { port.withLock { $0 = number } }

  func ready() {
    let number = port.withLock { port in
      defer { port = nil }
      return port
    }
    if let number { tell(number) }
  }
}

/// What a front does by the clock, as repeated tasks on its event loops.
private struct Clockwork: Sendable {
  private let tasks: [RepeatedTask]

  init(_ hub: Hub, _ readiness: Readiness) {
    let (often, tick) = (TimeAmount.milliseconds(500), ViewerSession.tickInterval)
    // Spread, so that many fronts do not ask the store at the same moment.
    let seldom = TimeAmount.milliseconds(.random(in: 4000...6000))
    let first = hub.loops[0].eventLoop
    tasks = [
      first.scheduleRepeatedTask(initialDelay: often, delay: often) { _ in
        hub.upkeep()
        if hub.isReady { readiness.ready() }
      },
      first.scheduleRepeatedTask(initialDelay: seldom, delay: seldom) { _ in hub.compareVersions() },
    ] + hub.loops.map { viewers in
      viewers.eventLoop.scheduleRepeatedTask(initialDelay: tick, delay: tick) { _ in viewers.tick() }
    }
  }

  func stop() { for task in tasks { task.cancel() } }
}

extension Hub {
  /// Says that this front is not ready, and when balancers have noticed closes every socket with 1012, spread so that the
  /// other fronts are not stormed; within 5 s.
  func sendViewersAway() async {
    state.withLock { $0.isLeaving = true }
    let loop = loops[0].eventLoop
    loop.scheduleTask(in: settings.limits.lastEventAnswer) { self.replies.end() }
    try? await loop.scheduleTask(in: settings.limits.noticedWithin) {}.futureResult.get()
    await withTaskGroup(of: Void.self) { group in
      for viewers in loops { group.addTask { try? await viewers.sendAway().get() } }
    }
  }
}

extension LoopViewers {
  fileprivate func tick() {
    let now = NIODeadline.now()
    for session in everybody { session.tick(now: now) }
  }

  /// Done when the last one was told.
  fileprivate func sendAway() -> EventLoopFuture<Void> {
    eventLoop.flatSubmit {
      let sessions = self.everybody
      let spread = Int64(min(3000, sessions.count * 5))
      for session in sessions {
        let delay = TimeAmount.milliseconds(.random(in: 0...spread))
        self.eventLoop.assumeIsolated().scheduleTask(in: delay) { session.leave() }
      }
      return self.eventLoop.scheduleTask(in: .milliseconds(spread)) {}.futureResult
    }
  }
}
