import ArgumentParser
import Backplane
import Front
import ServiceLifecycle

/// `splitflap front`: a stateless replica that serves browsers.
struct FrontCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "front", abstract: "Serve browsers from a Redis; run as many as you like.")

  @OptionGroup var redis: RedisOptions
  @OptionGroup var web: WebOptions
  @OptionGroup var log: LogOptions

  func run() async throws {
    let logger = try log.logger("splitflap front")
    var configuration = RedisBackplaneConfiguration(try redis.address())
    configuration.logger = logger
    var hooks = FrontHooks()
    hooks.onBound = { logger.info("serving", metadata: ["port": "\($0)"]) }
    var settings = try web.frontSettings()
    let users = try web.usersFile().map { try UsersService($0, logger: logger) }
    if let users { settings.accounts = users.accounts }
    let server = try web.webConfiguration(host: "0.0.0.0", allowedHosts: nil)
    let threads = try web.threadCount()
    try await withEventLoops(threads, for: server) { [settings, configuration] eventLoops in
      var configuration = configuration
      // On a loop that serves viewers: what Redis says is theirs without waking another thread.
      configuration.eventLoop = eventLoops.next()
      let backplane = try RedisFrontBackplane(configuration)
      defer { backplane.stop() }
      let service = FrontService(
        backplane: backplane, settings: settings, web: server, eventLoops: eventLoops, logger: logger, hooks: hooks)
      let others: [any Service] = [StoreRefusal(backplane: backplane)] + (users.map { [$0] } ?? [])
      try await runServices([service] + others, logger: logger)
    }
  }
}

/// Ends a front whose Redis must not be used, as soon as that is known; until then it serves what it has.
private struct StoreRefusal: Service {
  let backplane: RedisFrontBackplane

  func run() async throws {
    try await cancelWhenGracefulShutdown {
      do { try await backplane.check() } catch is CancellationError { return }
      try? await gracefulShutdown()
    }
  }
}
