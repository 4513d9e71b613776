import DashboardModel
import PageSync
import Synchronization
import Testing

@testable import Producer

/// A handler made of a closure, for every component whose name it is given.
struct ClosureHandlers: EventHandlers {
  struct Handler: EventHandler {
    var effects: ExternalEffects
    var body: @Sendable (HandledEvent) async throws -> EventResult
    func handle(_ event: HandledEvent) async throws -> EventResult { try await body(event) }
  }

  var names: Set<String>
  var handler: Handler

  init(
    _ names: Set<String> = ["go"], effects: ExternalEffects = .none,
    _ body: @escaping @Sendable (HandledEvent) async throws -> EventResult
  ) {
    self.names = names
    handler = Handler(effects: effects, body: body)
  }

  func handler(for target: EventTarget) -> (any EventHandler)? {
    names.contains(target.component.name) ? handler : nil
  }
}

/// A board whose handlers really run, on a page `desk` with `hi` and `go`.
struct HandlerBench: Sendable {
  static let desk = "act: anyone\ncomponents: { hi: { type: hello }, go: { type: hello }, wait: { type: hello } }\n"
  static let other = ViewerID("wwwwwwwwwwwwwwwwwwwwww")!

  let test: TestBoard
  let supervisor: HandlerSupervisor
  /// What was answered without a commit.
  let answered: Answers

  final class Answers: Sendable {
    let all = Mutex<[EventReply]>([])
  }

  /// Runs `body` beside the supervisor, after the page was written.
  static func run(
    _ handlers: any EventHandlers..., desk: String = Self.desk, limit: Duration = .seconds(30), backplane: TestBoard? = nil,
    _ body: (HandlerBench) async throws -> Void
  ) async throws {
    let (supervisor, answers) = (HandlerSupervisor(), Answers())
    let events = EventServices(
      handlers: handlers, limit: limit, start: { supervisor.start($0) },
      answer: { _, reply in answers.all.withLock { $0.append(reply) } })
    let test = backplane.map { TestBoard($0.backplane, events: events) } ?? TestBoard(events: events)
    let bench = HandlerBench(test: test, supervisor: supervisor, answered: answers)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await supervisor.run { _, _ in true } }
      try await test.load(["desk": desk])
      try await test.win()
      try await test.flush()
      try await body(bench)
      group.cancelAll()
    }
  }

  @discardableResult
  func click(_ component: String, seq: UInt64, by viewer: ViewerID = TestBoard.viewer) async throws -> Board.EventOutcome {
    var event = try test.event(.event, component, on: "desk", seq: seq)
    event.record.viewer = viewer
    event.entry = "\(viewer == TestBoard.viewer ? 0 : 1)-\(seq)"
    return await test.board.handle(event)
  }

  /// Commits until so many events are finished; what they ended as, in order. `beats`: the lease stays confirmed.
  func endings(_ count: Int, beats: Bool = true) async throws -> [FinishedEvent] {
    var finished: [FinishedEvent] = []
    while finished.count < count {
      if beats { await test.board.confirmed(0, at: await test.board.timeline.now.monotonic) }
      for commit in await test.commits() {
        finished += commit.finished
        await test.board.answered(try await test.backplane.commit(commit), to: commit)
      }
      try await Task.sleep(for: .milliseconds(5))
    }
    return finished
  }
}

extension EventResult {
  /// `go` shows a value.
  static func showing(_ value: JSON) -> EventResult {
    EventResult(changes: [ComponentChange(ComponentID("go")!, .set(ComponentValue(["value": value])))])
  }
}

/// Opens once; whoever waits goes on then.
struct Gate: Sendable {
  private let opened: AsyncStream<Void>
  private let opening: AsyncStream<Void>.Continuation
  init() { (opened, opening) = AsyncStream.makeStream() }
  func open() { opening.finish() }
  func wait() async { for await _ in opened {} }
}
