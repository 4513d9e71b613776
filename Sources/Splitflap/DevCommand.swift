import ArgumentParser
import Backplane
import DashboardFiles
import DashboardModel
import Foundation
import Front
import Logging
import NIOPosix
import Producer
import ServiceLifecycle

/// `splitflap dev`: front and producer in one process over the in-memory backplane.
struct DevCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dev", abstract: "Serve a folder of dashboards from one process, without Redis; reload on save.")

  @OptionGroup var folder: FolderOptions
  @OptionGroup var web: WebOptions
  @OptionGroup var redis: RedisOptions
  @OptionGroup var log: LogOptions

  func run() async throws {
    let definitions = try folder.dashboardFolder()
    let logger = try log.logger("splitflap")
    let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: try web.threadCount())
    let backplane = MemoryBackplane()
    let front = try web.frontSettings()
    let queries = RedisQueries(own: try ownRedis(), logger: logger)
    let configuration = try web.webConfiguration(host: "127.0.0.1", allowedHosts: ["localhost", "127.0.0.1", "::1", "[::1]"])
    var settings = ProducerSettings(
      folder: definitions, redis: queries.ask, report: LoadReport(folder: definitions.path).tell)
    settings.anyoneMayAct = true
    let producer = ProducerService(backplane: backplane, settings: settings, logger: logger)
    let host = configuration.host
    let service = FrontService(
      backplane: backplane, settings: front, web: configuration, eventLoops: eventLoops, logger: logger
    ) { port in
      print("Splitflap serves \(definitions.path) on http://\(host):\(port)")
      fflush(nil)
    }
    try await runServices([producer, service], logger: logger)
  }

  /// Redis sources in `dev` ask the Redis that was named, if one was.
  private func ownRedis() throws -> RedisOptions? {
    Settings.value(redis.redis, "SPLITFLAP_REDIS_URL") == nil ? nil : redis
  }
}

/// Runs services until SIGTERM or SIGINT, then ends them in reverse order.
func runServices(_ services: [any Service], logger: Logger) async throws {
  signal(SIGPIPE, SIG_IGN)
  var quiet = logger
  quiet.logLevel = max(logger.logLevel, .warning)
  var configuration = ServiceGroupConfiguration(
    services: services.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) },
    gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
  configuration.maximumGracefulShutdownDuration = .seconds(10)
  do {
    try await ServiceGroup(configuration: configuration).run()
  } catch BackplaneError.mismatch(let reason) {
    throw CommandFailure.configuration(reason)
  } catch let error as ClientFiles.Missing {
    throw CommandFailure.configuration(error.description)
  }
}
