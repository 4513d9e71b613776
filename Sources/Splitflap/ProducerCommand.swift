import ArgumentParser
import Backplane
import DashboardFiles
import Logging
import Producer

/// `splitflap producer`: runs definitions, sources and events, and publishes through Redis.
struct ProducerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "producer", abstract: "Run a folder of dashboards and publish them through a Redis.")

  @OptionGroup var folder: FolderOptions
  @OptionGroup var redis: RedisOptions
  @OptionGroup var log: LogOptions

  func run() async throws {
    let logger = try log.logger("splitflap producer")
    let author = await AppLaunch.current?.author(logger: logger)
    let definitions = try folder.dashboardFolder(isOptional: author != nil)
    var configuration = RedisBackplaneConfiguration(try redis.address())
    configuration.logger = logger
    let queries = RedisQueries(own: redis, logger: logger)
    defer { queries.stop() }
    var settings = ProducerSettings(
      folder: definitions, redis: queries.ask, report: LoadReport(folder: definitions?.path ?? "").tell)
    settings.author = author
    let backplane = try RedisProducerBackplane(configuration)
    defer { backplane.stop() }
    let producer = ProducerService(backplane: backplane, settings: settings, logger: logger)
    try await runServices([producer], logger: logger)
  }
}
