import DashboardModel
import PageSync
import Testing

@testable import Producer

/// How many pages there may be, and which ones give way.
@Suite(.timeLimit(.minutes(1))) struct RoomTests {
  private func ready(_ change: (inout DashboardDefinition) -> Void) async throws -> TestBoard {
    let author = AuthorTests.Author(scope: .viewer, change)
    let test = TestBoard(author: author)
    try await test.load([:])
    try await test.win()
    return test
  }

  private func open(_ page: String, _ test: TestBoard) async throws -> Board.EventOutcome {
    await test.board.handle(try test.event(.open, on: page))
  }

  private func tab(_ number: Int, session: String = "s") -> String {
    "desk~" + session + String(repeating: "s", count: ViewerID.sessionLength - session.count) + "tab-\(1000 + number)"
  }

  @Test func `one browser has so many pages, and its idle ones give way`() async throws {
    let test = try await ready { _ in }
    for number in 0..<Board.mostPagesOfSession { #expect(try await open(tab(number), test) == .answered(nil)) }
    #expect(try await open(tab(500), test) == .answered(.failed("too_many")))
    #expect(try await open(tab(500, session: "other"), test) == .answered(nil))

    test.clock.advance(Board.idleAfter + .seconds(1))
    _ = try await open(tab(0), test)
    #expect(try await open(tab(500), test) == .answered(nil))

    let kept = await test.board.pageKeys.map(\.description)
    #expect(kept.contains(tab(0)) && kept.count == 2 + Board.mostPagesOfSession)
  }

  @Test func `a route of an app has thousands of pages, and its idle ones give way`() async throws {
    let test = try await ready { desk in
      desk.scope = .shared
      desk.variables = [PageVariable(name: "name", title: "Name", kind: .text(longest: 20), fallback: "")]
    }
    for number in 0..<LiveDashboard.mostOfApp { _ = try await open("desk?name=n\(number)", test) }
    #expect(await test.board.pageKeys.count == 1 + LiveDashboard.mostOfApp)
    #expect(try await open("desk?name=more", test) == .answered(.failed("too_many")))

    test.clock.advance(Board.idleAfter + .seconds(1))
    #expect(try await open("desk?name=more", test) == .answered(nil))

    #expect(await test.board.pageKeys.count == 1 + LiveDashboard.mostOfApp)
  }
}
