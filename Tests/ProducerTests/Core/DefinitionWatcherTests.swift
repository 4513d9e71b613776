import DashboardFiles
import DashboardModel
import Foundation
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
    watcher.viewersAreEditors = editors
    await watcher.begin()
  }

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
}
