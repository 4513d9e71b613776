import Backplane
import DashboardFiles
import DashboardModel
import Foundation
import Logging
import NIOCore
import NIOPosix
import PageSync
import Testing

@testable import Producer

/// Several producers over one store in memory, with real tasks and real time.
@Suite(.serialized) struct SeveralShardsTests {
  private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  private static let text = """
    act: anyone
    sources: { n: { type: counter, every: 250ms }, builds: { type: push, token: secret } }
    components: { count: { type: number, from: n }, built: { type: number, from: builds }, hi: { type: hello } }

    """

  /// A folder with so many dashboards.
  private func folder(_ count: Int) throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "splitflap-shards-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for number in 0..<count { try Data(Self.text.utf8).write(to: folder.appending(path: "d\(number).yml")) }
    return folder
  }

  private func producer(_ backplane: MemoryBackplane, _ folder: URL, shards: Int) -> ProducerService {
    var settings = ProducerSettings(folder: DashboardFolder(path: folder.path), redis: { _, _ in .null }, report: { _ in })
    settings.shards = shards
    return ProducerService(backplane: backplane, settings: settings, logger: Self.quiet)
  }

  /// How many shards each owner holds, released ones left out.
  private func owned(_ backplane: MemoryBackplane, shards: Int) async throws -> [String: Int] {
    var owned: [String: Int] = [:]
    for shard in 0..<shards {
      if let lease = try await backplane.lease(of: shard), !lease.released { owned[lease.owner, default: 0] += 1 }
    }
    return owned
  }

  private func wait(_ what: Comment, until isTrue: () async throws -> Bool) async throws {
    for _ in 0..<600 {
      if try await isTrue() { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record(what)
  }

  private func count(_ page: String, _ backplane: MemoryBackplane) async throws -> Double {
    let value = try await backplane.values(of: [ComponentAddress(PageKey(page)!, ComponentID("count")!)]).first ?? nil
    return (try? JSON(decoding: value?.head ?? []))?["value"]?.double ?? 0
  }

  @Test(.timeLimit(.minutes(2)))
  func `shards spread over producers that come and go, and counters go on where they stood`() async throws {
    let (backplane, shards) = (MemoryBackplane(), 4)
    let folder = try folder(8)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await withThrowingTaskGroup(of: Void.self) { first in
      first.addTask { try await producer(backplane, folder, shards: shards).run() }
      try await wait("one takes all") { try await owned(backplane, shards: shards).values.sorted() == [4] }
      try await withThrowingTaskGroup(of: Void.self) { second in
        second.addTask { try await producer(backplane, folder, shards: shards).run() }
        try await wait("two share") { try await owned(backplane, shards: shards).values.sorted() == [2, 2] }
        try await Task.sleep(for: .seconds(3))
        #expect(try await owned(backplane, shards: shards).values.sorted() == [2, 2])
        try await wait("all count") { try await counts(backplane).allSatisfy { $0 > 2 } }
        second.cancelAll()
      }
      let before = try await counts(backplane)
      try await wait("one has all again") { try await owned(backplane, shards: shards).values.sorted() == [4] }
      try await wait("all count on") { try await zip(counts(backplane), before).allSatisfy { $0 > $1 } }
      #expect(try await zip(counts(backplane), before).allSatisfy { $0 < $1 + 60 })
      first.cancelAll()
    }
  }

  private func counts(_ backplane: MemoryBackplane) async throws -> [Double] {
    var counts: [Double] = []
    for number in 0..<8 { counts.append(try await count("d\(number)", backplane)) }
    return counts
  }

  @Test(.timeLimit(.minutes(1)))
  func `a push reaches every dashboard that has the source, in any shard, once`() async throws {
    let test = TestBoard(shards: 4)
    try await test.backplane.configure(shards: 4)
    let names = (0..<6).map { "d\($0)" }
    #expect(Set(names.map { shard(of: PageKey($0)!, among: 4) }).count > 2)
    try await test.load(Dictionary(uniqueKeysWithValues: names.map { ($0, Self.text) }))
    for shard in 0..<4 { try await test.win(shard) }
    let data: JSON = ["token": .string(Self.digest), "value": 7]

    var outcomes: [Int: Board.EventOutcome] = [:]
    for shard in 0..<4 {
      let event = try test.event(.push, "builds", on: "builds", seq: UInt64(shard + 1), data: data)
      outcomes[shard] = await test.board.handle(event, of: shard)
    }

    for shard in 0..<4 {
      let own = names.filter { Backplane.shard(of: PageKey($0)!, among: 4) == shard }
      #expect(outcomes[shard] == (own.isEmpty ? .answered(.failed("no_such_source")) : .staged))
      for name in own { #expect(await test.board.dashboards[name]?.running["builds"]?.pushed == 7) }
    }
  }

  /// SHA-256 of "secret".
  private static let digest = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"

  @Test func `the home page's list has the dashboards of other producers too`() async throws {
    let store = MemoryBackplane()
    try await store.configure(shards: 4)
    let (here, there) = (TestBoard(store, shards: 4), TestBoard(store, shards: 4))
    let names = ["d0", "d1", "d2", "d3", "d4"]
    for board in [here, there] { try await board.load(Dictionary(uniqueKeysWithValues: names.map { ($0, Self.text) })) }
    try await here.win(0)
    for shard in 1..<4 { try await there.win(shard) }
    for name in names { await there.say(5, from: "n", of: name) }
    try await there.flush()

    let faces = await here.board.facesElsewhere
    let values = try await store.values(of: faces)
    let found = Dictionary(uniqueKeysWithValues: zip(faces, values).compactMap { face, value in value.map { (face, $0) } })
    let list = await here.board.thumbnails(elsewhere: found)

    let far = names.filter { shard(of: PageKey($0)!, among: 4) != 0 }
    #expect(list.elements?.count == 5 && far.count > 1)
    for item in list.elements ?? [] where far.contains(item["href"]?.text ?? "") { #expect(item["value"] == 5) }
  }

  @Test func `a shard that is given up takes nothing with it that was staged, and nothing of the others`() async throws {
    let test = TestBoard(shards: 2)
    try await test.backplane.configure(shards: 2)
    let names = ["d0", "d1", "d2", "d3"]
    try await test.load(Dictionary(uniqueKeysWithValues: names.map { ($0, Self.text) }))
    for shard in 0..<2 { try await test.win(shard) }
    try await test.flush()
    for name in names { await test.say(5, from: "n", of: name) }
    let mine = names.filter { shard(of: PageKey($0)!, among: 2) == 1 }

    await test.board.retire(1)
    let late = await test.board.handle(try test.event(.event, "hi", on: mine[0]), of: 1)
    let commits = CommitLoop(
      backplane: test.backplane, board: test.board, wakes: AsyncStream { $0.finish() }, logger: Self.quiet)
    await commits.flush(1)
    await test.board.lost(1)

    #expect(late == .left)
    for name in mine { #expect(try await count(name, test.backplane) == 5) }
    #expect(await test.board.ownedShards == [0])
    #expect(await test.board.dashboards.keys.sorted() == names.filter { !mine.contains($0) })
  }
}

extension RunningSource {
  fileprivate var pushed: JSON? { (runner.source as? PushSource)?.current }
}
