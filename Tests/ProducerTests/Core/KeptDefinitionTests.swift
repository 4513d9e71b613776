import Backplane
import DashboardFiles
import DashboardModel
import Foundation
import PageSync
import Synchronization
import Testing

@testable import Producer

/// Producers that start over a folder in which a file has mistakes, after another one that knew it without.
@Suite struct KeptDefinitionTests {
  private let path = FileManager.default.temporaryDirectory.appending(path: "splitflap-kept-\(UUID().uuidString)")

  private static let good = """
    include: parts/sources.yml
    title: Good
    components: { count: { type: number, from: count } }

    """
  private static let bad = good.replacing("title: Good", with: "titel: Bad")
  private static let secret = good.replacing("from: count", with: "from: orders")

  private func write(_ name: String, _ text: String) throws {
    let file = path.appending(path: name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  /// A producer that has read the folder, owns it and has committed what it made of it.
  private func producer(_ environment: [String: String] = [:], after: TestBoard? = nil) async throws -> (TestBoard, DefinitionWatcher) {
    let folder = DashboardFolder(path: path.path, environment: environment)
    let test = TestBoard(after?.backplane ?? MemoryBackplane(), folder: folder)
    var watcher = DefinitionWatcher(folder: folder, board: test.board, drop: { _ in }, report: { _ in })
    await watcher.begin()
    try await test.win()
    try await test.flush()
    return (test, watcher)
  }

  private func kept(_ test: TestBoard) async throws -> String? {
    try await test.stored("shop")?.privateState["definition"].map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `a restart over a broken file goes on with the last good version, parts and all`() async throws {
    defer { try? FileManager.default.removeItem(at: path) }
    try write("parts/sources.yml", "sources: { count: { type: counter, start: 5 } }\n")
    try write("shop.yml", Self.good)
    let (before, _) = try await producer()
    try write("shop.yml", Self.bad)
    try write("parts/sources.yml", "sources: { count: { type: cuonter } }\n")

    let (after, _) = try await producer(after: before)
    await after.say(7, from: "count", of: "shop")
    try await after.flush()

    #expect(await after.board.definitions["shop"]?.title == "Good")
    #expect(after.sources.names == ["count"])
    #expect(try await after.value("count", of: "shop")?["value"] == 7)
    #expect(await after.board.check() == [])
  }

  @Test func `a third producer over the same broken file does too, and the mended file takes its place`() async throws {
    defer { try? FileManager.default.removeItem(at: path) }
    try write("parts/sources.yml", "sources: { count: { type: counter } }\n")
    try write("shop.yml", Self.good)
    let (first, _) = try await producer()
    try write("shop.yml", Self.bad)
    let (second, _) = try await producer(after: first)

    var (third, watcher) = try await producer(after: second)
    #expect(await third.board.definitions["shop"]?.title == "Good")

    try write("shop.yml", Self.good.replacing("Good", with: "Mended"))
    for look in 1...3 { await watcher.look(now: .seconds(look)) }
    try await third.flush()
    #expect(await third.board.definitions["shop"]?.title == "Mended")
    #expect(try await kept(third)?.contains("Mended") == true)
    #expect(await third.board.revived.isEmpty)
  }

  @Test func `the report says since when the version that goes on is live`() async throws {
    defer { try? FileManager.default.removeItem(at: path) }
    try write("parts/sources.yml", "sources: { count: { type: counter } }\n")
    try write("shop.yml", Self.good)
    let (before, _) = try await producer()
    try write("shop.yml", Self.bad)
    let (after, _) = try await producer(after: before)
    let told = Mutex<[LoadNews]>([])
    var watcher = DefinitionWatcher(
      folder: DashboardFolder(path: path.path), board: after.board, drop: { _ in }, report: { news in told.withLock { $0.append(news) } })

    await watcher.begin()

    #expect(told.withLock { $0.map(\.staying) } == [["shop": 1_700_000_000_000]])
  }

  @Test func `secrets stay where they are: what is kept has their names, and a file with one in clear is not kept`() async throws {
    defer { try? FileManager.default.removeItem(at: path) }
    try write("parts/sources.yml", "sources: { orders: { type: push, token: \"${secret.TOKEN}\" } }\n")
    try write("shop.yml", Self.secret)
    let (named, _) = try await producer(["TOKEN": "hunter2"])
    let text = try #require(try await kept(named))
    try write("parts/sources.yml", "sources: { orders: { type: push, token: hunter2 } }\n")

    let (clear, _) = try await producer(after: named)

    #expect(text.contains("${secret.TOKEN}") && !text.contains("hunter2"))
    #expect(try await kept(clear) == nil)
  }

  @Test func `what was kept and cannot be used any more leaves the page as the store has it`() async throws {
    defer { try? FileManager.default.removeItem(at: path) }
    try write("parts/sources.yml", "sources: { orders: { type: push, token: \"${secret.TOKEN}\" } }\n")
    try write("shop.yml", Self.secret)
    let (before, _) = try await producer(["TOKEN": "hunter2"])

    let (after, _) = try await producer(after: before)

    #expect(await after.board.definitions["shop"] == nil)
    #expect(await after.board.check() == [])
    #expect(try await kept(after)?.contains("${secret.TOKEN}") == true)
  }
}
