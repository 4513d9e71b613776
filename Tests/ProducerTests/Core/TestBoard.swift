import AsyncHTTPClient
import Backplane
import DashboardFiles
import DashboardModel
import Logging
import PageSync
import Synchronization
import Testing

@testable import Producer

/// A board over a store in memory, with a clock that the test moves and sources that run only when it says.
struct TestBoard: Sendable {
  let board: Board
  let clock = ManualClock()
  let backplane: MemoryBackplane
  let sources = Sources()

  /// The runners that were started and not stopped.
  final class Sources: Sendable {
    let running = Mutex<[String: SourceRunner]>([:])

    func start(_ runner: SourceRunner) -> @Sendable () -> Void {
      running.withLock { $0[runner.name] = runner }
      return { self.running.withLock { if $0[runner.name] === runner { $0[runner.name] = nil } } }
    }

    var names: [String] { running.withLock { $0.keys.sorted() } }
  }

  init(
    _ backplane: MemoryBackplane = MemoryBackplane(), shards: Int = 1, events: EventServices = .none,
    author: (any PageAuthor)? = nil, folder: DashboardFolder? = nil, wake: @escaping @Sendable () -> Void = {}
  ) {
    self.backplane = backplane
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let (sources, clock) = (sources, clock)
    board = Board(Board.Surroundings(
      timeline: Timeline(clock, wall: { 1_700_000_000_000 + clock.now.offset.inSeconds * 1000 }), shards: shards, logger: logger, start: { sources.start($0) },
      context: { board in
        SourceContext(folder: "/nowhere", client: .shared, redis: { _, _ in .null }, dashboards: { await board.thumbnails() })
      }, events: events, wake: wake, author: author, compile: { folder?.compile($0) }))
  }

  /// Definitions by name, from YAML.
  @discardableResult
  func load(_ files: [String: String], broken: Set<String> = []) async throws -> [PageKey] {
    let definitions = try files.map { name, text in
      let (definition, diagnostics) = DashboardCompiler().compile(text: Array(text.utf8), file: "\(name).yml")
      return try #require(definition, "\(diagnostics)")
    }
    return await board.replace(definitions, broken: broken)
  }

  /// Takes the shard's lease, from whoever holds it, and the pages with it.
  func win(_ shard: Int = 0) async throws {
    let answer =
      if let seen = try await backplane.lease(of: shard) {
        try await backplane.steal(shard, owner: "p\(seen.fence)", seen: seen, minimumFence: 0)
      } else {
        try await backplane.acquire(shard, owner: "p0", minimumFence: 0)
      }
    guard case .granted(let record) = answer else { throw BackplaneError.mismatch("the lease was not granted") }
    await board.granted(shard, record)
    await board.won(shard, record, stored: try await backplane.restore(shard))
  }

  func commits() async -> [Commit] {
    clock.advance(.milliseconds(200))
    return await board.dueCommits().commits
  }

  /// Commits until nothing is left to do.
  func flush() async throws {
    for _ in 0..<20 {
      let due = await commits()
      if due.isEmpty { return }
      for commit in due { await board.answered(try await backplane.commit(commit), to: commit) }
    }
    Issue.record("the board never comes to rest")
  }

  func say(_ value: JSON, from source: String, of name: String) async {
    await board.received(.value(value, at: await board.timeline.now), from: source, of: name)
  }

  func stored(_ key: String) async throws -> StoredPage? {
    try await backplane.restore(0).first { $0.key == PageKey(key) }
  }

  /// The value of a component as the store has it.
  func value(_ component: String, of key: String) async throws -> JSON? {
    let value = try await stored(key)?.snapshot.components[try #require(ComponentID(component))]?.value
    return value.flatMap { try? JSON(decoding: $0.json) }
  }

  static let viewer = ViewerID("vvvvvvvvvvvvvvvvvvvvvv")!

  func event(
    _ kind: EventRecord.Kind = .event, _ component: String = "", on page: String, seq: UInt64 = 1, data: JSON = [:]
  ) throws -> QueuedEvent {
    let record = EventRecord(
      kind: kind, page: try #require(PageKey(page)), viewer: Self.viewer, sequence: seq, lowest: 1, component: component,
      name: "click", data: data.encoded, front: backplane.front)
    return QueuedEvent(entry: "0-\(seq)", record: record)
  }
}

/// A clock that stands still until it is told to go on; nobody sleeps by it.
final class ManualClock: Clock {
  struct Instant: InstantProtocol {
    var offset: Duration
    func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    func duration(to other: Instant) -> Duration { other.offset - offset }
    static func < (a: Instant, b: Instant) -> Bool { a.offset < b.offset }
  }

  private let time = Mutex(Swift.Duration.zero)
  var now: Instant { Instant(offset: time.withLock { $0 }) }
  let minimumResolution = Duration.zero

  func advance(_ duration: Duration) { time.withLock { $0 += duration } }
  func sleep(until deadline: Instant, tolerance: Duration?) async throws { throw CancellationError() }
}

extension Board {
  func epoch(of key: PageKey) -> Epoch? { pages[key]?.writer.epoch }
}

extension Board {
  /// What a component's value begins with, as the page's writer has it.
  func head(of component: String, on page: String) -> [UInt8]? {
    guard let id = ComponentID(component), let key = PageKey(page) else { return nil }
    return pages[key]?.writer.values[id]?.head
  }
}

extension EventServices {
  /// Nobody answers but the board.
  static let none = EventServices(start: { _ in {} }, answer: { _, _ in })
}
