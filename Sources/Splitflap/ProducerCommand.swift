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
  @Option(help: "groups of pages that producers share out, 1 to 64, fixed at the first start [SPLITFLAP_SHARDS] (default: 1)")
  var shards: String?
  @OptionGroup var log: LogOptions

  func run() async throws {
    let logger = try log.logger("splitflap producer")
    let author = await AppLaunch.current?.author(logger: logger) {
      say("ended: a loop without await has held up all pages of the app; a standby takes over", as: nil)
      end(1)
    }
    let definitions = try folder.dashboardFolder(isOptional: author != nil)
    var configuration = RedisBackplaneConfiguration(try redis.address())
    configuration.logger = logger
    let queries = RedisQueries(own: redis, logger: logger)
    defer { queries.stop() }
    let shards = try Settings.number(shards, "shards", "SPLITFLAP_SHARDS", in: 1...64)
    var settings = ProducerSettings(
      folder: definitions, redis: queries.ask, report: LoadReport(folder: definitions?.path ?? "").tell)
    settings.author = author
    settings.shards = shards ?? 1
    let backplane = try RedisProducerBackplane(configuration)
    defer { backplane.stop() }
    let producer = ProducerService(backplane: backplane, settings: settings, logger: logger)
    try await runServices([producer], logger: logger)
  }
}
