import Logging

/// The background tasks of an app: begun in an own child task each, begun anew when they fail.
@MainActor
final class BackgroundTasks {
  /// How a task stands.
  public struct Status: Hashable, Sendable, Codable {
    public enum Phase: String, Hashable, Sendable, Codable { case running, waiting, done }
    public let name: String
    public fileprivate(set) var phase = Phase.running
    /// Why it failed last; `nil` while it is well.
    public fileprivate(set) var problem: String?
  }

  struct Job: Sendable {
    let name: String
    let component: DashboardComponent?
    let work: @MainActor () async throws -> Void
  }

  /// How they stand, by name; who shows this hears of changes.
  let statuses = Cell<[String: Status]>([:])
  private let clock: any AppClock
  private let logger: Logger
  // Bounded by the names of tasks in the program.
  private let jobs: AsyncStream<Job>
  private let queue: AsyncStream<Job>.Continuation

  nonisolated init(clock: any AppClock, logger: Logger) {
    self.clock = clock
    self.logger = logger
    (jobs, queue) = AsyncStream.makeStream()
  }

  func begin(_ name: String, shows component: DashboardComponent?, _ work: @escaping @MainActor () async throws -> Void) {
    guard [nil, .done].contains(statuses.value[name]?.phase) else {
      logger.debug("a task of this name is running already", metadata: ["task": "\(name)"])
      return
    }
    statuses.current[name] = Status(name: name)
    queue.yield(Job(name: name, component: component, work: work))
  }

  /// How many are not done.
  var alive: Int { statuses.value.values.count { $0.phase != .done } }

  /// Runs what is begun, until cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      for await job in jobs { group.addTask { await self.run(job) } }
      group.cancelAll()
    }
    statuses.current = [:]
  }

  private func run(_ job: Job) async {
    var failures = 0
    while !Task.isCancelled {
      let began = clock.now
      do {
        try await job.work()
        set(job, .done, nil)
        return
      } catch {
        guard !Task.isCancelled else { return }
        if clock.now - began > Self.longestWait { failures = 0 }
        failures += 1
        logger.error("a task failed", metadata: ["task": "\(job.name)", "error": "\(error)"])
        set(job, .waiting, "\(error)")
        try? await clock.sleep(until: clock.now + Self.wait(after: failures))
        set(job, .running, "\(error)")
      }
    }
  }

  private func set(_ job: Job, _ phase: Status.Phase, _ problem: String?) {
    statuses.current[job.name]?.phase = phase
    statuses.current[job.name]?.problem = problem
    if let problem, phase == .waiting { job.component?.fail(problem) }
  }

  private static let longestWait = Duration.seconds(60)

  static func wait(after failures: Int) -> Duration { min(longestWait, .seconds(1 << min(6, max(0, failures - 1)))) }
}
