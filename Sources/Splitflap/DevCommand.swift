import ArgumentParser
import Backplane
import DashboardFiles
import DashboardModel
import Foundation
import Front
import Logging
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
    let logger = try log.logger("splitflap")
    let author = await AppLaunch.current?.author(logger: logger)
    let definitions = try folder.dashboardFolder(isOptional: author != nil)
    let backplane = MemoryBackplane()
    var front = try web.frontSettings()
    let users = try web.usersFile().map { try UsersService($0, logger: logger) }
    if let users { front.accounts = users.accounts }
    // There is no other front to go to.
    front.limits.noticedWithin = .zero
    // A folder without the home page leads to its first dashboard.
    let names = (author?.definitions.map(\.name) ?? []) + (definitions?.dashboardNames ?? [])
    if !names.contains(front.home), let first = author?.definitions.first?.name ?? names.sorted().first { front.home = first }
    let queries = RedisQueries(own: try ownRedis(), logger: logger)
    defer { queries.stop() }
    let configuration = try web.webConfiguration(host: "127.0.0.1", allowedHosts: [])
    var settings = ProducerSettings(
      folder: definitions, redis: queries.ask, report: LoadReport(folder: definitions?.path ?? "").tell)
    // With users, roles say who may. Without, only who sits at this machine is taken for its files' editor.
    settings.viewersMayAct = users == nil
    settings.viewersAreEditors = users == nil && configuration.isLoopback
    settings.author = author
    let producer = ProducerService(backplane: backplane, settings: settings, logger: logger)
    let host = configuration.host
    var hooks = FrontHooks()
    hooks.onReady = { writeToStandardOutput("Splitflap serves \(definitions?.path ?? "its own pages") on http://\(host):\($0)\n") }
    try await withEventLoops(try web.threadCount(), for: configuration) { [front] eventLoops in
      let service = FrontService(
        backplane: backplane, settings: front, web: configuration, eventLoops: eventLoops, logger: logger, hooks: hooks)
      let others: [any Service] = users.map { [$0] } ?? []
      try await runServices([producer, service] + others, logger: logger)
    }
  }

  /// Redis sources in `dev` ask the Redis that was named, if one was.
  private func ownRedis() throws -> RedisOptions? {
    Settings.value(redis.redis, "SPLITFLAP_REDIS_URL") == nil ? nil : redis
  }
}
