import Backplane
import DashboardFiles
import DashboardModel
import Foundation
import Logging
import PageSync
import ServiceLifecycle
import Synchronization
import Testing

@testable import Producer

/// A store that cannot be set up yet; nothing else of it is ever asked.
private struct StoreAway: ProducerBackplane {
  let error: BackplaneError
  let asked: @Sendable () -> Void

  func configure(shards: Int) async throws {
    asked()
    throw error
  }

  func lease(of shard: Int) async throws -> LeaseRecord? { throw error }
  func acquire(_ shard: Int, owner: String, minimumFence: UInt64) async throws -> LeaseAnswer { throw error }
  func steal(_ shard: Int, owner: String, seen: LeaseRecord, minimumFence: UInt64) async throws -> LeaseAnswer { throw error }
  func release(_ shard: Int, hold: LeaseHold) async throws { throw error }
  func beat(_ shard: Int, hold: LeaseHold, versions: [PageKey: Version]) async throws -> BeatAnswer { throw error }
  func send(_ commits: [Commit], answered: @escaping @Sendable (CommitResult) -> Void) {
    for commit in commits { answered(CommitResult(commit, .failure(error))) }
  }
  func drop(_ page: PageKey, hold: LeaseHold) async throws -> CommitAnswer { throw error }
  func restore(_ shard: Int) async throws -> [StoredPage] { throw error }
  func begin(_ shard: Int, entries: [String], hold: LeaseHold) async throws -> [Int] { throw error }
  func newEvents(_ shard: Int, after: String?, limit: Int, wait: Duration) async throws -> [QueuedEvent] { throw error }
  func acknowledge(_ shard: Int, entries: [String]) async throws { throw error }
  func finish(_ shard: Int, event: QueuedEvent, reply: EventReply?, hold: LeaseHold) async throws { throw error }
  func bury(_ shard: Int, event: QueuedEvent, hold: LeaseHold) async throws { throw error }
  func onHint(_ call: @escaping @Sendable (StoreHint) -> Void) {}
  func announce(_ owner: String, _ announcement: Announcement) async throws -> [String: Announcement] { throw error }
  func forget(producers: [String]) async throws { throw error }
  func keepSetup() async throws { throw error }
  func standing(of pages: [PageKey]) async throws -> [Version?] { throw error }
  func values(of components: [ComponentAddress]) async throws -> [ComponentValue?] { throw error }
  func marks(after cursor: String?) async throws -> (marks: [StoredMark], cursor: String?) { throw error }
  func remove(_ marks: [StoredMark], hold: LeaseHold) async throws { throw error }
  func restore(_ marks: [RememberedMark], in shard: Int, hold: LeaseHold) async throws { throw error }
}

@Suite struct ProducerServiceTests {
  private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private func service(
    _ backplane: any ProducerBackplane, folder: String = "/nowhere", report: @escaping @Sendable (LoadNews) -> Void = { _ in }
  ) -> ProducerService {
    let settings = ProducerSettings(folder: DashboardFolder(path: folder), redis: { _, _ in .null }, report: report)
    return ProducerService(backplane: backplane, settings: settings, logger: Self.quiet)
  }

  @Test(.timeLimit(.minutes(1)), arguments: [BackplaneError.unreachable("away"), .readOnly("disk full")])
  func `a producer that waits for its store ends when it is told to`(error: BackplaneError) async throws {
    let (asks, asked) = AsyncStream<Void>.makeStream()
    let group = ServiceGroup(services: [service(StoreAway(error: error) { asked.yield() })], logger: Self.quiet)

    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      var iterator = asks.makeAsyncIterator()
      _ = await iterator.next()
      _ = await iterator.next()
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  @Test func `a store set up for something else ends the producer`() async {
    await #expect(throws: BackplaneError.mismatch("shards")) {
      try await service(StoreAway(error: .mismatch("shards")) {}).run()
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `no shard is taken before the definitions are loaded, however long that takes`() async throws {
    // definition watcher            shard keeper
    // reads the folder, slowly
    //                               (would find the lease released and restore no page)
    // hands over the definitions
    //                               takes the lease, restores the pages
    let text = "act: anyone\ncomponents: { hi: { type: hello } }\n"
    let before = TestBoard()
    try await before.load(["desk": text])
    try await before.win()
    _ = await before.board.handle(try before.event(.event, "hi", on: "desk"))
    try await before.flush()
    let old = try #require(try await before.stored("desk")).snapshot.version
    let hold = try #require(await before.board.holds[0])
    try await before.backplane.release(0, hold: hold)
    let folder = FileManager.default.temporaryDirectory.appending(path: "splitflap-producer-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(text.utf8).write(to: folder.appending(path: "desk.yml"))
    let service = service(before.backplane, folder: folder.path) { _ in Thread.sleep(forTimeInterval: 0.7) }

    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await service.run() }
      while try await before.stored("desk")?.snapshot.version.epoch == old.epoch { try await Task.sleep(for: .milliseconds(20)) }
      group.cancelAll()
    }

    #expect(try await before.value("hi", of: "desk")?["value"] == 1)
  }
}
