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
  /// The viewers may look and act whatever a definition says (`splitflap dev` without users).
  package var viewersMayAct = false
  /// The viewers are the files' editors (`splitflap dev` on loopback): they see on the page what is wrong with its file.
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
  package var report: @Sendable (LoadNews) -> Void

  package init(
    folder: DashboardFolder?, redis: @escaping @Sendable ([String], _ url: String?) async throws -> JSON,
    report: @escaping @Sendable (LoadNews) -> Void
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
    let commits = CommitLoop(backplane: backplane, board: board, wakes: wakes, logger: logger)
    let parts = parts(board, commits, afterOutage: refusals > 0)
    var watcher = watcher(board, parts.housekeeper)
    // Without files there are only the program's own dashboards.
    if watcher == nil { _ = await board.replace([], broken: []) }
    await watcher?.begin()
    await withTaskGroup(of: Void.self) { [watcher] group in
      group.addTask { await supervisor.run() }
      group.addTask { await handlers.run { await self.finish($0, $1, board) } }
      group.addTask {
        var watcher = watcher
        await watcher?.run()
      }
      if let author = settings.author {
        group.addTask { await author.run(PageDesk({ await board.publish($0) }, refresh: { await board.refresh($0) })) }
      }
      parts.run(in: &group)
      await keepShards(parts)
      group.cancelAll()
    }
    ring.finish()
    try await client.shutdown()
  }

  // At the end the author says its last, then the shards are given up, while everything else still works.
  private func keepShards(_ parts: Parts) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await parts.keepShards() }
      try? await gracefulShutdown()
      await settings.author?.leave()
      group.cancelAll()
    }
  }

  /// What runs for every shard, and for all of them.
  private struct Parts: Sendable {
    var commits: CommitLoop
    var housekeeper: Housekeeper
    var balance: ShardBalance
    var keepers: [ShardKeeper]
    var pumps: [EventPump]

    func run(in group: inout TaskGroup<Void>) {
      group.addTask { await commits.run() }
      group.addTask { await housekeeper.run() }
      group.addTask { await balance.run { keepers[$0].bell.ring(.refresh) } }
      for pump in pumps { group.addTask { await pump.run() } }
    }

    func keepShards() async {
      await withTaskGroup(of: Void.self) { group in
        for keeper in keepers { group.addTask { await keeper.run() } }
      }
    }
  }

  private func parts(_ board: Board, _ commits: CommitLoop, afterOutage: Bool) -> Parts {
    let owner = "p-\(UInt64.random(in: .min ... .max))"
    let balance = ShardBalance(
      owner: owner, shards: settings.shards, backplane: backplane, board: board, logger: logger)
    let keepers = (0..<settings.shards).map {
      ShardKeeper(
        shard: $0, owner: owner, backplane: backplane, board: board, commits: commits, balance: balance, logger: logger,
        afterOutage: afterOutage)
    }
    let pumps = (0..<settings.shards).map {
      EventPump(shard: $0, backplane: backplane, board: board, logger: logger)
    }
    backplane.onHint { hint in
      switch hint {
      case .released(let shard): keepers[shard].bell.ring(.refresh)
      case .connected: for keeper in keepers { keeper.bell.ring(.refresh) }
      }
    }
    let housekeeper = Housekeeper(backplane: backplane, board: board, timeline: board.timeline, logger: logger)
    return Parts(commits: commits, housekeeper: housekeeper, balance: balance, keepers: keepers, pumps: pumps)
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
      handlers: authors + settings.handlers + [HTTPActions(client: client)], limit: settings.handlerLimit, start: { handlers.start($0) },
      answer: { handlers.answer($0, $1) })
    return Board.Surroundings(
      timeline: Timeline(ContinuousClock()), shards: settings.shards, logger: logger,
      start: { supervisor.start($0) },
      context: { board in
        SourceContext(
          folder: folder, client: client, redis: redis, dashboards: { await thumbnails(of: board) },
          tasks: { [settings] in try await settings.author?.value(of: $0) ?? .null })
      }, events: events, wake: wake, author: settings.author,
      compile: { [folder = settings.folder] in folder?.compile($0) })
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

  /// The list of all dashboards; of other producers' ones what the store has.
  private func thumbnails(of board: Board) async -> JSON {
    let faces = await board.facesElsewhere
    let values = (try? await backplane.values(of: faces)) ?? []
    let found = zip(faces, values).compactMap { face, value in value.map { (face, $0) } }
    return await board.thumbnails(elsewhere: Dictionary(uniqueKeysWithValues: found))
  }

  private func watcher(_ board: Board, _ housekeeper: Housekeeper) -> DefinitionWatcher? {
    guard let folder = settings.folder else { return nil }
    var watcher = DefinitionWatcher(
      folder: folder, board: board, drop: { await housekeeper.drop($0) }, report: settings.report)
    watcher.viewersMayAct = settings.viewersMayAct
    watcher.viewersAreEditors = settings.viewersAreEditors
    return watcher
  }
}
