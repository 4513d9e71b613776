import DashboardModel
import PageSync
import Testing

@testable import Producer

/// What the board refuses although it stands in the stream (a front has asked the same before).
@Suite struct BoardAccessTests {
  @Test(arguments: [(["ops"], true), (["sales"], false), ([], false), (["ops", "sales"], true)])
  func `an event of somebody without the role does nothing`(roles: [String], isDone: Bool) async throws {
    let test = TestBoard()
    var definition = DashboardDefinition(name: "desk", title: "Desk")
    definition.components = [ComponentDefinition(id: try #require(ComponentID("hi")), type: .hello)]
    definition.access.act = .roles(["ops"])
    _ = await test.board.replace([definition], broken: [])
    try await test.win()
    try await test.flush()

    var event = try test.event(.event, "hi", on: "desk")
    event.record.roles = roles
    #expect(await test.board.handle(event) == .staged)
    let commit = try #require(await test.commits().first)

    #expect(commit.finished.first?.reply == (isDone ? .applied(commit.to) : .failed("not_allowed")))
    guard case .changes(let update, _) = commit.update else { return }
    #expect(update.changes.map(\.id.name) == (isDone ? ["hi"] : []))
  }

  @Test func `mistakes stand on a page of their own that is made for an editor, and nowhere else`() async throws {
    let test = TestBoard()
    try await test.load(["desk": "components: { hi: { type: hello } }\n"])
    try await test.win()
    await test.board.tell(mistakes: ["desk": "desk.yml:1:1: error"])
    try await test.flush()
    #expect(try await test.value("@page", of: "desk~editors-of-this-page") == nil)

    _ = await test.board.handle(try test.event(.open, on: "desk~editors-of-this-page"))
    try await test.flush()
    #expect(try await test.value("@page", of: "desk~editors-of-this-page")?["mistakes"] == "desk.yml:1:1: error")
    #expect(try await test.value("@page", of: "desk~editors-of-this-page")?["view"] == ["editor"])
    #expect(try await test.value("@page", of: "desk")?["mistakes"] == nil)

    await test.board.tell(mistakes: [:])
    try await test.flush()
    #expect(try await test.value("@page", of: "desk~editors-of-this-page")?["mistakes"] == nil)
  }

  @Test func `the list of all dashboards has none that not everybody may see`() async throws {
    let test = TestBoard()
    var open = DashboardDefinition(name: "open", title: "Open")
    var guarded = DashboardDefinition(name: "guarded", title: "Guarded")
    guarded.access.view = .roles(["ops"])
    open.components = [ComponentDefinition(id: try #require(ComponentID("hi")), type: .hello)]
    guarded.components = open.components
    _ = await test.board.replace([open, guarded], broken: [])
    try await test.win()

    #expect(await test.board.thumbnails().elements?.map { $0["label"] } == ["Open"])
  }

  @Test func `a dashboard without a value yet is listed with none`() async throws {
    let test = TestBoard()
    var waiting = DashboardDefinition(name: "waiting", title: "Waiting")
    waiting.components = [ComponentDefinition(id: try #require(ComponentID("count")), type: .number)]
    _ = await test.board.replace([waiting], broken: [])
    try await test.win()

    #expect(await test.board.thumbnails().elements?.first?["value"] == .null)
  }
}
