import DashboardModel
import PageSync
import Testing

@testable import Producer

@Suite struct BoardEventTests {
  private static let desk = """
    act: anyone
    sources:
      n: { type: counter, start: 10 }
      picked: { type: counter, start: 0, pick: { twice: ". * 2" } }
      builds: { type: push, token: "secret-token" }
    components:
      hi: { type: hello }
      n: { type: number, from: n }
      build: { type: status, from: builds }
      more: { type: button, action: { add: 5, to: n } }
      zero: { type: button, action: { reset: n } }
      again: { type: button, action: { refresh: n } }

    """

  private func desk() async throws -> TestBoard {
    let test = TestBoard()
    try await test.load(["desk": Self.desk])
    try await test.win()
    try await test.flush()
    return test
  }

  @Test func `an event read under an earlier hold is left to be read again`() async throws {
    // event pump                        lease
    // reads 0-1 and 0-2 under fence 1
    //                                   is lost, and won again with fence 2
    // brings 0-2, and 0-1 has been forgotten
    let test = TestBoard()
    try await test.load(["desk": "act: anyone\ncomponents: { hi: { type: hello } }\n"])
    try await test.win()
    let before = try #require(await test.board.holds[0])
    try await test.win()
    let now = try #require(await test.board.holds[0])

    #expect(await test.board.handle(try test.event(.event, "hi", on: "desk"), of: 0, readUnder: before) == nil)
    #expect(await test.board.handle(try test.event(.event, "hi", on: "desk"), of: 0, readUnder: now) == .staged)
  }

  @Test func `an event that was done is known however often it is handed out`() async throws {
    let test = TestBoard()
    try await test.load(["desk": "act: anyone\ncomponents: { hi: { type: hello } }\n"])
    try await test.win()
    let event = try test.event(.event, "hi", on: "desk")
    #expect(await !test.board.isDone(event))

    _ = await test.board.handle(event)
    try await test.flush()

    #expect(await !test.board.isUnderWay(event))
    #expect(await test.board.isDone(event))
  }

  @Test func `an event sent again after its answer was lost is done once, and called applied at the version of that moment`() async throws {
    let test = try await desk()
    for sequence in 1...2 {
      _ = await test.board.handle(try test.event(.event, "hi", on: "desk", seq: UInt64(sequence)))
      try await test.flush()
    }
    let second = try #require(try await test.stored("desk")).snapshot.version

    let again = QueuedEvent(entry: "0-3", record: try test.event(.event, "hi", on: "desk").record)
    #expect(await test.board.handle(again) == .staged)
    let commit = try #require(await test.commits().first)

    #expect(commit.to > second)
    #expect(commit.finished.first?.reply == .applied(commit.to))
    #expect(await test.board.head(of: "hi", on: "desk") == Array(#"{"value":2}"#.utf8))
  }

  @Test func `a click and its reply are one commit`() async throws {
    let test = try await desk()

    #expect(await test.board.handle(try test.event(.event, "hi", on: "desk")) == .staged)
    let commit = try #require(await test.commits().first)

    #expect(commit.finished.map(\.entry) == ["0-1"])
    #expect(commit.finished.first?.reply == .applied(commit.to))
    guard case .changes(let update, _) = commit.update else { return }
    #expect(update.changes.map(\.id.name) == ["hi"])
  }

  @Test func `an event handed out twice is done once`() async throws {
    // event pump                      commit loop
    // hands out 0-1: hi is 1
    //                                 sends the commit; no answer
    // reconnects, hands out 0-1
    //                                 sends the commit again: ok
    let test = try await desk()
    let event = try test.event(.event, "hi", on: "desk")
    _ = await test.board.handle(event)
    let commit = try #require(await test.commits().first)
    await test.board.answered(nil, to: commit)

    #expect(await test.board.handle(event) == .known)
    #expect(await test.board.isUnderWay(event))
    #expect(await test.commits() == [commit])
    await test.board.answered(.ok, to: commit)

    #expect(await !test.board.isUnderWay(event))
    #expect(await test.commits().isEmpty)
  }

  @Test func `an event stays under way when a new epoch overtakes the commit that carried it`() async throws {
    // event pump                 commit loop             shard keeper
    // hands out 0-1: hi is 1
    //                            sends the commit
    //                                                    regained: a new epoch
    //                            hears fenced
    // hands out 0-1 again
    let test = try await desk()
    let event = try test.event(.event, "hi", on: "desk")
    _ = await test.board.handle(event)
    let commit = try #require(await test.commits().first)
    let lease = LeaseRecord(owner: "p0", fence: 9, beat: 1, lineage: "l", generation: 0)
    await test.board.regained(0, lease)
    await test.board.answered(.fenced(lease), to: commit)

    #expect(await test.board.handle(event) == .known)
    let again = try #require(await test.commits().first)
    #expect(again.finished.map(\.entry) == ["0-1"])
    guard case .whole(let values) = again.update else {
      Issue.record("a new epoch begins with the page whole")
      return
    }
    #expect(values[ComponentID("hi")!] == ComponentValue(["value": 1]))
  }

  @Test func `buttons change a counter, its component and what is kept of it in one commit`() async throws {
    let test = try await desk()

    _ = await test.board.handle(try test.event(.event, "more", on: "desk"))
    let commit = try #require(await test.commits().first)
    await test.board.answered(try await test.backplane.commit(commit), to: commit)

    #expect(commit.finished.count == 1)
    #expect(commit.privateState["source.n"] == JSON.object(JSON.Members([JSON.Member(name: "count", value: 15)])).encoded)
    #expect(try await test.value("n", of: "desk")?["value"] == 15)

    _ = await test.board.handle(try test.event(.event, "zero", on: "desk", seq: 2))
    try await test.flush()
    #expect(try await test.value("n", of: "desk")?["value"] == 10)
  }

  @Test(arguments: [
    ("nothing", "unknown_component"), ("", "unknown_component"), ("n", "not_allowed"), ("__proto__", "unknown_component"),
  ])
  func `what cannot be done fails by a word`(component: String, reason: String) async throws {
    let test = try await desk()

    _ = await test.board.handle(try test.event(.event, component, on: "desk"))

    #expect(await test.commits().first?.finished.first?.reply == .failed(reason))
  }

  @Test func `an event for a page that is gone is answered at once`() async throws {
    let test = try await desk()

    #expect(await test.board.handle(try test.event(.event, "hi", on: "gone")) == .answered(.failed("page_gone")))
  }

  @Test func `a push needs the digest of its token`() async throws {
    let test = try await desk()
    let digest = String(repeating: "0", count: 64)
    func push(_ source: String, _ data: JSON) async throws -> Board.EventOutcome {
      await test.board.handle(try test.event(.push, source, on: "builds", data: data))
    }

    #expect(try await push("builds", ["token": .string(digest), "value": "passed"]) == .answered(.failed("not_allowed")))
    #expect(try await push("builds", ["token": "secret-token", "value": 1]) == .answered(.failed("not_allowed")))
    #expect(try await push("builds", ["value": "passed"]) == .answered(.failed("bad_event")))
    #expect(try await push("builds", ["token": "x"]) == .answered(.failed("bad_event")))
    #expect(try await push("n", ["token": "x", "value": 1]) == .answered(.failed("no_such_source")))

    let token = "930bbdc51b6aed5c2a5678fd6e28dee7a05e8a4b643cfc0b4427c3efb86c0d94"
    #expect(try await push("builds", ["token": .string(token), "value": "passed"]) == .staged)
    let runner = test.sources.running.withLock { $0["builds"] }
    #expect((runner?.source as? PushSource)?.current == "passed")
  }
}
