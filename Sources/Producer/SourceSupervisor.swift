/// Runs source runners, each in a child task of its own, for as long as they are wanted.
struct SourceSupervisor: Sendable {
  private struct Start: Sendable {
    var runner: SourceRunner
    var stopped: AsyncStream<Void>
  }

  // Bounded by the definitions: one entry per source.
  private let starts: AsyncStream<Start>
  private let continuation: AsyncStream<Start>.Continuation

  init() { (starts, continuation) = AsyncStream.makeStream() }

  /// Starts a runner; the answer stops it.
  func start(_ runner: SourceRunner) -> @Sendable () -> Void {
    let (stopped, stop) = AsyncStream<Void>.makeStream()
    continuation.yield(Start(runner: runner, stopped: stopped))
    return { stop.finish() }
  }

  func run() async {
    await withDiscardingTaskGroup { group in
      for await start in starts {
        group.addTask { await Self.run(start) }
      }
      group.cancelAll()
    }
  }

  private static func run(_ start: Start) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await start.runner.run() }
      group.addTask { for await _ in start.stopped {} }
      await group.next()
      group.cancelAll()
    }
  }
}
