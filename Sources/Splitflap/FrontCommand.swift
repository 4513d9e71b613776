import ArgumentParser
import Backplane
import Front
import NIOPosix
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
    let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: try web.threadCount())
    var configuration = RedisBackplaneConfiguration(try redis.address())
    configuration.logger = logger
    let backplane = try RedisFrontBackplane(configuration)
    defer { backplane.stop() }
    let service = FrontService(
      backplane: backplane, settings: try web.frontSettings(),
      web: try web.webConfiguration(host: "0.0.0.0", allowedHosts: nil), eventLoops: eventLoops, logger: logger
    ) { port in logger.info("serving", metadata: ["port": "\(port)"]) }
    try await runServices([service], logger: logger)
  }
}
