import AsyncHTTPClient
package import Backplane
package import DashboardFiles
package import DashboardModel
package import Logging
import PageSync
import ServiceLifecycle

/// What a producer can be told; read once at start.
package struct ProducerSettings: Sendable {
  /// Where the definition files are; `nil` for a program without any.
  package var folder: DashboardFolder?
  package var shards = 1
  /// The viewers are the files' editors (`splitflap dev`): they may act even where a definition does not say
  /// `act: anyone`, and they see what is wrong with a file.
  package var viewersAreEditors = false
  /// The backplane's own Redis, for sources that ask it; throws where there is none.
  package var redis: @Sendable ([String], _ url: String?) async throws -> JSON
  /// Writes the dashboards that are code.
  package var author: (any PageAuthor)?
  /// How long a handler may take before its event ends as `failed timeout`.
  package var handlerLimit = Duration.seconds(10)
  /// Who answers events besides the board; asked in order.
  package var handlers: [any EventHandlers] = []
  /// Tells people what a load of the definition files found.
  package var report: @Sendable (LoadResult) -> Void

  package init(
    folder: DashboardFolder?, redis: @escaping @Sendable ([String], _ url: String?) async throws -> JSON,
    report: @escaping @Sendable (LoadResult) -> Void
  ) {
    self.folder = folder
    self.redis = redis
    self.report = report
  }
}

/// A whole producer: definitions, sources, events and commits, for the shards it holds the lease of.
package struct ProducerService: Service {
  private let backplane: any ProducerBackplane
  private let settings: ProducerSettings
  private let logger: Logger

  package init(backplane: any ProducerBackplane, settings: ProducerSettings, logger: Logger) {
    self.backplane = backplane
    self.settings = settings
    self.logger = logger
  }

  package func run() async throws {
    // Its pages live in one place: with several shards they could be several producers'.
    if settings.author != nil, settings.shards > 1 {
      throw BackplaneError.mismatch("a program with pages of its own runs with one shard, not \(settings.shards)")
    }
    guard let refusals = try await cancelWhenGracefulShutdown({ try await self.configure() }) else { return }
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPSource.clientConfiguration)
    let supervisor = SourceSupervisor()
    let (wakes, ring) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let handlers = HandlerSupervisor()
    let board = Board(surroundings(client, supervisor, handlers) { ring.yield() })
    let owner = "p-\(UInt64.random(in: .min ... .max))"
    let commits = CommitLoop(backplane: backplane, board: board, wakes: wakes, logger: logger)
    var watcher = watcher(board)
    // Without files there are only the program's own dashboards.
    if watcher == nil { _ = await board.replace([], broken: []) }
    await watcher?.begin()
    await cancelWhenGracefulShutdown { [watcher] in
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await supervisor.run() }
        group.addTask { await handlers.run { await self.finish($0, $1, board) } }
        group.addTask { await commits.run() }
        group.addTask {
          var watcher = watcher
          await watcher?.run()
        }
        group.addTask { await self.check(board) }
        if let author = settings.author {
          group.addTask { await author.run(PageDesk { await board.publish($0, of: $1) }) }
        }
        for shard in 0..<settings.shards {
          group.addTask { await self.keeper(shard, owner, board, afterOutage: refusals > 0).run() }
          group.addTask { await self.pump(shard, owner, board).run() }
        }
      }
    }
    ring.finish()
    try await client.shutdown()
  }

  /// Waits for the store and says how often it was asked in vain, `nil` when told to stop meanwhile; a store set up for
  /// something else ends the program.
  private func configure() async throws -> Int? {
    var refusals = 0
    while !Task.isCancelled {
      do {
        try await backplane.configure(shards: settings.shards)
        return refusals
      } catch BackplaneError.unreachable(let reason), BackplaneError.readOnly(let reason) {
        refusals += 1
        logger.debug("waiting for the data store", metadata: ["reason": "\(reason)"])
        try? await Task.sleep(for: .milliseconds(100))
      }
    }
    return nil
  }

  private func surroundings(
    _ client: HTTPClient, _ supervisor: SourceSupervisor, _ handlers: HandlerSupervisor,
    _ wake: @escaping @Sendable () -> Void
  ) -> Board.Surroundings {
    let (folder, redis) = (settings.folder?.path ?? ".", settings.redis)
    let authors: [any EventHandlers] = settings.author.map { [$0] } ?? []
    let events = EventServices(
      handlers: authors + settings.handlers, limit: settings.handlerLimit, start: { handlers.start($0) },
      answer: { handlers.answer($0, $1) })
    return Board.Surroundings(
      timeline: Timeline(ContinuousClock()), shards: settings.shards, logger: logger,
      start: { supervisor.start($0) },
      context: { board in
        SourceContext(
          folder: folder, client: client, redis: redis, dashboards: { await board.thumbnails() },
          tasks: { [settings] in try await settings.author?.value(of: $0) ?? .null })
      }, events: events, wake: wake, author: settings.author)
  }

  /// Ends an event whose page is gone; false while the store does not answer.
  private func finish(_ event: QueuedEvent, _ reply: EventReply, _ board: Board) async -> Bool {
    let shard = shard(of: event.record.page, among: settings.shards)
    // Another owner finds it in the stream.
    guard let hold = await board.holds[shard] else { return true }
    do {
      try await backplane.finish(shard, event: event, reply: reply, hold: hold)
      return true
    } catch {
      return false
    }
  }

  private func keeper(_ shard: Int, _ owner: String, _ board: Board, afterOutage: Bool) -> ShardKeeper {
    ShardKeeper(
      shard: shard, owner: owner, backplane: backplane, board: board, logger: logger, afterOutage: afterOutage)
  }

  private func pump(_ shard: Int, _ owner: String, _ board: Board) -> EventPump {
    EventPump(shard: shard, owner: owner, backplane: backplane, board: board, logger: logger)
  }

  private func watcher(_ board: Board) -> DefinitionWatcher? {
    guard let folder = settings.folder else { return nil }
    var watcher = DefinitionWatcher(
      folder: folder, board: board, drop: { await self.drop($0, board) }, report: settings.report)
    watcher.viewersAreEditors = settings.viewersAreEditors
    return watcher
  }

  private func check(_ board: Board) async {
    while !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(250))
      await drop(await board.check(), board)
    }
  }

  /// Takes pages out of the store: their definition or their viewer is gone.
  private func drop(_ keys: [PageKey], _ board: Board) async {
    for key in keys {
      guard let hold = await board.holds[shard(of: key, among: settings.shards)], await board.unwanted.contains(key)
      else { continue }
      do {
        if try await backplane.drop(key, hold: hold) == .ok { await board.dropped(key) }
      } catch {
        // All of them are tried again at the next check.
        logger.debug("a page could not be dropped yet", metadata: ["page": "\(key)", "error": "\(error)"])
        return
      }
    }
  }
}
