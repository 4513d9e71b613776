import PageSync
import Synchronization

/// One handler at work on one event, as the board has it done.
struct HandlerTask: Sendable {
  var handler: any EventHandler
  var event: HandledEvent
  var limit: Duration
  /// Takes what the handler shows before it is done.
  var publish: @Sendable (HandlerProgress) async -> Void
  /// Called once, unless the task was stopped before.
  var report: @Sendable (HandlerOutcome) async -> Void
}

/// How a handler ended.
enum HandlerOutcome: Sendable {
  case done(EventResult)
  case threw(any Error)
  case timedOut
  /// Not begun: too many handlers never came back.
  case refused
}

/// Runs handlers, each in child tasks of its own, and answers events that end without a commit. A handler that does not
/// heed its cancellation is not waited for: its event is answered, and its thread is lost until it comes back.
final class HandlerSupervisor: Sendable {
  private enum Work: Sendable {
    case handle(HandlerTask, stopped: AsyncStream<Void>)
    case answer(QueuedEvent, EventReply)
  }

  /// Handlers that were given up and did not come back; beyond, events are refused until some do.
  static let mostRunaways = 32

  // Bounded by the events in the shards' streams.
  private let work: AsyncStream<Work>
  private let continuation: AsyncStream<Work>.Continuation
  private let runaways = Mutex(0)

  init() { (work, continuation) = AsyncStream.makeStream() }

  /// Handlers that were given up and run on all the same.
  var runawayCount: Int { runaways.withLock { $0 } }

  /// Starts a handler; the answer stops it, and nothing is reported then.
  func start(_ task: HandlerTask) -> @Sendable () -> Void {
    let (stopped, stop) = AsyncStream<Void>.makeStream()
    continuation.yield(.handle(task, stopped: stopped))
    return { stop.finish() }
  }

  /// Ends an event whose page is gone.
  func answer(_ event: QueuedEvent, _ reply: EventReply) { continuation.yield(.answer(event, reply)) }

  /// `finish` is asked again until it says that nothing is left to do.
  func run(finish: @escaping @Sendable (QueuedEvent, EventReply) async -> Bool) async {
    await withDiscardingTaskGroup { group in
      for await work in work {
        switch work {
        case .answer(let event, let reply):
          group.addTask {
            while !Task.isCancelled, await !finish(event, reply) { try? await Task.sleep(for: .milliseconds(100)) }
          }
        case .handle(let task, _) where runawayCount >= Self.mostRunaways:
          group.addTask { await task.report(.refused) }
        case .handle(let task, let stopped):
          let run = HandlerRun(task, stopped: stopped)
          group.addTask { await run.handle() }
          group.addTask { await self.conduct(run) }
        }
      }
      group.cancelAll()
    }
  }

  private func conduct(_ run: HandlerRun) async {
    let outcome = await run.outcome()
    runaways.withLock { $0 += 1 }
    run.giveUp { self.runaways.withLock { $0 -= 1 } }
    if let outcome { await run.task.report(outcome) }
  }
}

/// One run of a handler: the handler itself, and who waits for it no longer than he wants to.
private struct HandlerRun: Sendable {
  let task: HandlerTask
  private let stopped: AsyncStream<Void>
  private let results: AsyncStream<HandlerOutcome>
  private let result: AsyncStream<HandlerOutcome>.Continuation
  private let given: AsyncStream<Void>
  private let give: AsyncStream<Void>.Continuation
  private let ended = OnceEnded()

  init(_ task: HandlerTask, stopped: AsyncStream<Void>) {
    self.task = task
    self.stopped = stopped
    (results, result) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    (given, give) = AsyncStream.makeStream()
  }

  /// Ends when the handler does, whenever that is.
  func handle() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask(executorPreference: HandlerThreads.shared) {
        result.yield(await outcomeOfHandler())
        ended.happened()
      }
      group.addTask { for await _ in given {} }
      await group.next()
      group.cancelAll()
    }
  }

  private func outcomeOfHandler() async -> HandlerOutcome {
    do {
      return .done(try await task.handler.handle(task.event))
    } catch {
      return .threw(error)
    }
  }

  /// What came first: the handler's end, the end of its time, or (`nil`) the word that nobody wants it any more. By
  /// then all the handler has shown is with the board, or in the result.
  func outcome() async -> HandlerOutcome? {
    let outcome = await withTaskGroup(of: HandlerOutcome?.self) { group in
      group.addTask {
        for await outcome in results { return outcome }
        return nil
      }
      group.addTask {
        try? await Task.sleep(for: task.limit)
        return Task.isCancelled ? nil : .timedOut
      }
      group.addTask {
        for await _ in stopped {}
        return nil
      }
      group.addTask {
        while !Task.isCancelled {
          await task.event.progress.wait()
          if !Task.isCancelled { await task.publish(task.event.progress) }
        }
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
    return outcome
  }

  /// Cancels a handler that is still at work; `whenEnded` is called as soon as it has come back.
  func giveUp(whenEnded: @escaping @Sendable () -> Void) {
    give.finish()
    ended.then(whenEnded)
  }
}

/// Joins "it has ended" with "tell me when", in whichever order they come.
private final class OnceEnded: Sendable {
  private struct State {
    var hasEnded = false
    var listener: (@Sendable () -> Void)?
  }
  private let state = Mutex(State())

  func happened() {
    let listener = state.withLock { state in
      state.hasEnded = true
      defer { state.listener = nil }
      return state.listener
    }
    listener?()
  }

  func then(_ listener: @escaping @Sendable () -> Void) {
    let isNow = state.withLock { state in
      if !state.hasEnded { state.listener = listener }
      return state.hasEnded
    }
    if isNow { listener() }
  }
}
