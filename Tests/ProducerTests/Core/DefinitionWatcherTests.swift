import DashboardFiles
import DashboardModel
import Foundation
import Synchronization
import Testing

@testable import Producer

@Suite struct DefinitionWatcherTests {
  private let test = TestBoard()

  private func folder(_ files: [String: String]) throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "splitflap-watcher-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
    return folder
  }

  private func begin(_ folder: URL, editors: Bool) async {
    var watcher = DefinitionWatcher(
      folder: DashboardFolder(path: folder.path), board: test.board, drop: { _ in }, report: { _ in })
    (watcher.viewersMayAct, watcher.viewersAreEditors) = (editors, editors)
    await watcher.begin()
  }

  private static let good = "components: { hi: { type: hello } }\n"

  @Test func `an editor sees the mistakes of a file, and may act on the others`() async throws {
    let folder = try folder(["bad.yml": "titel: X\n", "good.yml": "components: { hi: { type: hello } }\n"])
    defer { try? FileManager.default.removeItem(at: folder) }

    await begin(folder, editors: true)

    let definitions = await test.board.definitions
    #expect(definitions["bad"]?.mistakes?.contains("bad.yml:1:1") == true)
    #expect(definitions["bad"]?.pageItem["mistakes"] != nil)
    #expect(definitions["good"]?.access.actIsOpen == true)
    #expect(definitions["good"]?.mistakes == nil)
  }

  @Test func `a viewer who is no editor sees none`() async throws {
    let folder = try folder(["bad.yml": "titel: X\n", "good.yml": "components: { hi: { type: hello } }\n"])
    defer { try? FileManager.default.removeItem(at: folder) }

    await begin(folder, editors: false)

    let definitions = await test.board.definitions
    #expect(definitions.keys.sorted() == ["good"])
    #expect(definitions["good"]?.access.actIsOpen == false)
  }

  @Test func `a viewer who may act is told of no mistake`() async throws {
    let folder = try folder(["bad.yml": "titel: X\n", "good.yml": Self.good])
    defer { try? FileManager.default.removeItem(at: folder) }
    var watcher = DefinitionWatcher(
      folder: DashboardFolder(path: folder.path), board: test.board, drop: { _ in }, report: { _ in })
    watcher.viewersMayAct = true

    await watcher.begin()

    let definitions = await test.board.definitions
    #expect(definitions.keys.sorted() == ["good"])
    #expect(definitions["good"]?.access.actIsOpen == true)
  }

  @Test func `what an editor is told is what check says, through includes`() async throws {
    let folder = try folder(["a.yml": "include: part/p.yml\n" + Self.good, "b.yml": "titel: B\n" + Self.good])
    defer { try? FileManager.default.removeItem(at: folder) }
    let part = folder.appending(path: "part")
    try FileManager.default.createDirectory(at: part, withIntermediateDirectories: true)
    try Data("sources: { s: { type: conter } }\n".utf8).write(to: part.appending(path: "p.yml"))

    await begin(folder, editors: true)

    let checked = DashboardFolder(path: folder.path).load().diagnostics.map { $0.render() }
    let definitions = await test.board.definitions
    #expect(checked.count == 2)
    #expect(definitions["a"]?.mistakes == checked.first { $0.contains("part/p.yml:1:23") })
    #expect(definitions["b"]?.mistakes == checked.first { $0.contains("titel") })
  }
}

/// Files that change under the eyes of a watcher, which looks when the test says so.
@Suite struct WatchedFilesTests {
  private static let good = "components: { hi: { type: hello } }\n"

  /// Everything a watcher told.
  private final class Told: Sendable {
    let news = Mutex<[LoadNews]>([])
    var errors: [String] { news.withLock { $0.flatMap(\.result.diagnostics).map(\.message) } }
    var count: Int { news.withLock { $0.count } }
  }

  private struct Watching {
    let test = TestBoard()
    let told = Told()
    let folder = FileManager.default.temporaryDirectory.appending(path: "splitflap-watched-\(UUID().uuidString)")
    var watcher: DefinitionWatcher
    private var now = Duration.zero

    /// Watches a folder with `good.yml` and a page `other`.
    init() async throws {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let told = told
      watcher = DefinitionWatcher(
        folder: DashboardFolder(path: folder.path), board: test.board, drop: { _ in },
        report: { news in told.news.withLock { $0.append(news) } })
      for name in ["good.yml", "other.yml"] { try write(name, WatchedFilesTests.good) }
      await watcher.begin()
    }

    mutating func look(times: Int) async {
      for _ in 0..<times {
        now += .milliseconds(150)
        await watcher.look(now: now)
      }
    }

    /// In place, as an editor that keeps the file's inode does.
    func write(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: folder.appending(path: name))
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(at: folder.appending(path: name)) }
    func title(of name: String) async -> String? { await test.board.definitions[name]?.title }
    func end() { try? FileManager.default.removeItem(at: folder) }
  }

  @Test func `a file that is emptied before it is written is never told to be empty`() async throws {
    var watching = try await Watching()
    defer { watching.end() }

    try watching.write("good.yml", "")
    await watching.look(times: 4)
    try watching.write("good.yml", "title: New\n" + Self.good)
    await watching.look(times: 2)

    #expect(await watching.title(of: "good") == "New")
    #expect(watching.told.errors == [])
  }

  @Test func `a file that is removed before it is written anew takes no page along`() async throws {
    var watching = try await Watching()
    defer { watching.end() }

    try watching.remove("good.yml")
    await watching.look(times: 4)
    try watching.write("other.yml", "title: Other one\n" + Self.good)
    await watching.look(times: 2)
    #expect(await watching.title(of: "good") == "Good")
    #expect(await watching.title(of: "other") == "Other one")
    try watching.write("good.yml", "title: New\n" + Self.good)
    await watching.look(times: 2)

    #expect(await watching.title(of: "good") == "New")
    #expect(watching.told.errors == [])
  }

  @Test func `a file that stays away is gone, an empty one is told of, after the grace`() async throws {
    var watching = try await Watching()
    defer { watching.end() }

    try watching.remove("good.yml")
    try watching.write("other.yml", "")
    await watching.look(times: 7)
    #expect(watching.told.count == 1)
    await watching.look(times: 1)

    #expect(await watching.title(of: "good") == nil)
    #expect(await watching.title(of: "other") == "Other")
    #expect(watching.told.errors == ["the file says nothing"])
  }

  @Test func `the news say since when a version stays, and of which there is none`() async throws {
    var watching = try await Watching()
    defer { watching.end() }

    try watching.write("good.yml", "titel: Bad\n" + Self.good)
    try watching.write("new.yml", "titel: New\n" + Self.good)
    await watching.look(times: 2)

    let news = try #require(watching.told.news.withLock { $0.last })
    #expect(news.staying == ["good": 1_700_000_000_000])
    #expect(news.result.broken == ["good", "new"])
  }
}
