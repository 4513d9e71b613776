import Logging

/// What code of an app can reach from wherever it runs: the clock, the tasks, the log.
final class AppContext: Sendable {
  @TaskLocal static var current: AppContext?

  let clock: any AppClock
  let logger: Logger
  @MainActor let tasks: BackgroundTasks
  /// Sources of files that are to run now. Of more than 64 at once the oldest are left out: all run by themselves too.
  let refreshes: AsyncStream<String>
  private let askRefresh: AsyncStream<String>.Continuation

  @MainActor
  init(clock: any AppClock, logger: Logger) {
    self.clock = clock
    self.logger = logger
    tasks = BackgroundTasks(clock: clock, logger: logger)
    (refreshes, askRefresh) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(64))
  }

  func refresh(_ source: String) { askRefresh.yield(source) }

  /// Nobody asks any more.
  func end() { askRefresh.finish() }
}

/// Runs work beside everything else for as long as this producer has the app: from `startup`, or from a handler.
///
/// Work that throws is begun anew, after 1 s, then 2 s, 4 s and so on up to a minute; `shows` is a dashboard component that
/// tells so meanwhile, and ``TaskList`` shows all tasks. A name that is running already is left as it is. Every producer
/// stands ready, but only the one that has the app's pages runs its tasks; after a takeover they begin anew there.
@MainActor
public func background(
  _ name: String, shows component: DashboardComponent? = nil, work: @escaping @MainActor () async throws -> Void
) {
  guard let context = AppContext.current else {
    preconditionFailure("background(\"\(name)\") belongs into startup() or a handler of a DashboardApp")
  }
  context.tasks.begin(name, shows: component, work)
}
