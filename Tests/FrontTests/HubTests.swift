import Backplane
import DashboardModel
import NIOCore
import NIOPosix
import PageSync
import Synchronization
import Testing

@testable import Front
@testable import WebServer

/// Records what a hub asks for, and answers no read.
private final class SilentBackplane: FrontBackplane {
  struct Calls {
    var subscribed: [PageKey] = []
    var unsubscribed: [PageKey] = []
    var enqueued: [EventRecord] = []
  }

  let front = "front"
  let loop = MultiThreadedEventLoopGroup.singleton.any()
  let calls = Mutex(Calls())
  /// Runs in the middle of an `unsubscribe`, before it has effect.
  let meanwhile = Mutex<(@Sendable () -> Void)?>(nil)

  func listen(_ listener: any BackplaneListener) {}
  func subscribe(_ page: PageKey) { calls.withLock { $0.subscribed.append(page) } }
  func unsubscribe(_ page: PageKey) {
    meanwhile.withLock { $0 }?()
    calls.withLock { $0.unsubscribed.append(page) }
  }
  func read(_ page: PageKey) -> EventLoopFuture<Snapshot?> { loop.makePromise(of: Snapshot?.self).futureResult }
  func versions(of pages: [PageKey]) -> EventLoopFuture<[Version?]> { loop.makeSucceededFuture(pages.map { _ in nil }) }
  func standing(of sequence: UInt64, by viewer: ViewerID, on page: PageKey) -> EventLoopFuture<EventStanding> {
    loop.makeSucceededFuture(.unknown)
  }

  func enqueue(_ event: EventRecord, in shard: Int?) -> EventLoopFuture<EnqueueAnswer> {
    calls.withLock { $0.enqueued.append(event) }
    return loop.makeSucceededFuture(.queued)
  }
  func raiseFloor(to generation: UInt64, for page: PageKey) -> EventLoopFuture<Void> { loop.makeSucceededVoidFuture() }
  func signingKey(known: [UInt8]?) -> EventLoopFuture<[UInt8]> { loop.makeSucceededFuture([]) }
  func endSessions(_ sessions: [String]) -> EventLoopFuture<Void> { loop.makeSucceededVoidFuture() }
  func endedSessions() -> EventLoopFuture<[String]> { loop.makeSucceededFuture([]) }
}

@Suite struct HubTests {
  private let backplane = SilentBackplane()
  private let page = PageKey("board")!
  private let own = PageKey("board~vvvvvvvvvvvvvvvvvvvvvv")!

  private func hub(_ change: (inout FrontLimits) -> Void = { _ in }) -> Hub {
    var settings = FrontSettings()
    change(&settings.limits)
    return Hub(
      backplane: backplane, settings: settings, eventLoops: MultiThreadedEventLoopGroup.singleton, logger: TestFront.quiet)
  }

  @Test func `who waited in vain is forgotten`() async throws {
    let hub = hub()
    let loop = hub.loops[0].eventLoop
    for _ in 0..<100 {
      let readiness = try await hub.whenShown(page, within: .milliseconds(1), on: loop).get()
      #expect(readiness == .unreachable)
    }

    #expect(hub.state.withLock { $0.pages[page]?.waiters.count } == 0)
    #expect(backplane.calls.withLock { $0.subscribed } == [page])
  }

  @Test func `a page that is let go while somebody comes for it is subscribed again`() async throws {
    // upkeep                        a poll
    // takes the page out
    //                               finds no page: subscribes
    // unsubscribes
    let hub = hub { $0.watchedAfterLastViewer = .zero }
    let loop = hub.loops[0].eventLoop
    _ = try await hub.whenShown(page, within: .milliseconds(1), on: loop).get()
    backplane.meanwhile.withLock { [page] in
      $0 = { _ = hub.whenShown(page, within: .milliseconds(1), on: loop) }
    }

    hub.upkeep()

    backplane.meanwhile.withLock { $0 = nil }
    #expect(backplane.calls.withLock { $0.unsubscribed } == [page])
    #expect(backplane.calls.withLock { $0.subscribed } == [page, page, page])
  }

  @Test func `a name without a page is let go soon`() async throws {
    let hub = hub { $0.watchedWhileAbsent = .zero }
    let loop = hub.loops[0].eventLoop
    _ = try await hub.whenShown(page, within: .milliseconds(1), on: loop).get()
    hub.upkeep()
    #expect(hub.state.withLock { $0.pages.count } == 1)

    hub.drive(page) { $0.subscribed() }
    hub.drive(page) { $0.wasRead(nil, ticket: 1) }
    hub.upkeep()

    #expect(hub.state.withLock { $0.pages.count } == 0)
  }

  @Test func `pages past the bound are refused, not watched`() async throws {
    let hub = hub { $0.watchedPages = 1 }
    let loop = hub.loops[0].eventLoop
    _ = hub.whenShown(page, within: .milliseconds(1), on: loop)

    let readiness = try await hub.whenShown(PageKey("other")!, within: .seconds(5), on: loop).get()

    #expect(readiness == .unreachable)
    #expect(hub.state.withLock { $0.pages.count } == 1)
  }

  // the owner      | the store's pub/sub | its reads
  // page moved: 2  | delivers that       | hang
  // beats          | delivers them       | hang
  @Test func `a page whose read is late is stale, whatever beats arrive`() async throws {
    let hub = hub()
    _ = try await hub.whenShown(page, within: .milliseconds(1), on: hub.loops[0].eventLoop).get()
    let epoch = Epoch(generation: 1, nonce: 1)
    hub.drive(page) { $0.subscribed() }
    hub.drive(page, wasRead: true) { $0.wasRead(Snapshot(version: Version(epoch: epoch, revision: 1), components: [:]), ticket: 1) }
    hub.received(Heartbeat(shard: 0, beat: 1, versions: [:]))
    #expect(hub.condition(of: page) == .fresh)

    hub.received(.moved(to: Version(epoch: epoch, revision: 2)), for: page)
    for _ in 0..<9 {
      try await Task.sleep(for: .milliseconds(250))
      hub.received(Heartbeat(shard: 0, beat: 1, versions: [:]))
    }

    #expect(hub.condition(of: page).kind == "stale The data store does not answer")
    hub.drive(page, wasRead: true) { $0.wasRead(Snapshot(version: Version(epoch: epoch, revision: 2), components: [:]), ticket: 2) }
    #expect(hub.condition(of: page) == .fresh)
  }

  @Test func `an answer is not kept while a read is owed, and ends a second after the last beat`() async throws {
    let hub = hub()
    _ = try await hub.whenShown(page, within: .milliseconds(1), on: hub.loops[0].eventLoop).get()
    let epoch = Epoch(generation: 1, nonce: 1), shown = Version(epoch: epoch, revision: 1)
    hub.drive(page) { $0.subscribed() }
    hub.drive(page, wasRead: true) { $0.wasRead(Snapshot(version: shown, components: [:]), ticket: 1) }
    let before = NIODeadline.now()
    hub.received(Heartbeat(shard: 0, beat: 1, versions: [:]))
    let beaten = NIODeadline.now()
    func kept(at moments: [NIODeadline]) throws -> [Bool] {
      let kept = KeptAnswer(), beats = try #require(hub.beats(of: page, plain: page))
      kept.expect(shown)
      _ = hub.pollAgain(page, PollWish(since: shown), keeping: kept, beats)
      return moments.map { kept.answer(since: shown, now: $0) != nil }
    }

    #expect(try kept(at: [beaten, before + .milliseconds(999), beaten + .seconds(1)]) == [true, true, false])
    hub.received(.moved(to: Version(epoch: epoch, revision: 2)), for: page)
    #expect(try kept(at: [beaten]) == [false])
  }

  @Test func `without an owner no viewer's page is asked for`() async throws {
    let hub = hub()
    let loop = hub.loops[0].eventLoop
    _ = try await hub.whenShown(own, within: .milliseconds(1), on: loop).get()
    #expect(backplane.calls.withLock { $0.enqueued.map(\.kind) } == [.open])

    hub.state.withLock { state in
      state.freshness = Freshness(now: .now() - .seconds(10))
      state.pages[own]?.lastOpened = .now() - .seconds(10)
    }
    hub.upkeep()
    #expect(backplane.calls.withLock { $0.enqueued.count } == 1)

    hub.received(Heartbeat(shard: 0, beat: 1, versions: [:]))
    hub.upkeep()
    #expect(backplane.calls.withLock { $0.enqueued.count } == 2)
  }

  @Test func `a tab that left is told once, and its page is asked for again when it comes back`() async throws {
    let hub = hub()
    let kinds = { backplane.calls.withLock { $0.enqueued.map(\.kind) } }
    _ = try await hub.whenShown(own, within: .milliseconds(1), on: hub.loops[0].eventLoop).get()
    hub.received(Heartbeat(shard: 0, beat: 1, versions: [:]))

    hub.left(own)
    hub.upkeep()
    #expect(kinds() == [.open, .leave])

    hub.arrived(at: own)
    hub.arrived(at: own)
    hub.upkeep()
    #expect(kinds() == [.open, .leave, .open])
  }

  // this front       | another front
  // opens, is polled |
  //                  | the tab says goodbye
  // 30 s later: must not open what nobody polls any more
  @Test func `a page that was polled is asked for again at a poll, not by the clock`() async throws {
    let hub = hub()
    _ = try await hub.whenShown(own, within: .milliseconds(1), on: hub.loops[0].eventLoop).get()
    hub.received(Heartbeat(shard: 0, beat: 1, versions: [:]))
    let version = Version(epoch: Epoch(generation: 1, nonce: 1), revision: 1)
    hub.drive(own) { $0.subscribed() }
    hub.drive(own) { $0.wasRead(Snapshot(version: version, components: [:]), ticket: 1) }
    hub.state.withLock { $0.pages[own]?.lastOpened = .now() - .seconds(40) }

    hub.upkeep()
    #expect(backplane.calls.withLock { $0.enqueued.count } == 1)
    _ = hub.pollAnswer(own, PollWish(since: version))
    hub.upkeep()

    #expect(backplane.calls.withLock { $0.enqueued.map(\.kind) } == [.open, .open])
  }

  @Test func `a page for all is nobody's to leave`() async throws {
    let hub = hub()
    hub.received(Heartbeat(shard: 0, beat: 1, versions: [:]))
    _ = try await hub.whenShown(page, within: .milliseconds(1), on: hub.loops[0].eventLoop).get()

    hub.left(page)

    #expect(backplane.calls.withLock { $0.enqueued.isEmpty })
  }

  @Test func `a poll that came before is looked at anew under another key of the sessions`() async throws {
    var settings = FrontSettings()
    settings.accounts = Accounts(Person.users(["ada": ["ops"]]))
    let hub = Hub(
      backplane: backplane, settings: settings, eventLoops: MultiThreadedEventLoopGroup.singleton, logger: TestFront.quiet)
    let loop = hub.loops[0].eventLoop
    _ = try await hub.whenShown(page, within: .milliseconds(1), on: loop).get()
    var definition = DashboardDefinition(name: "board", title: "Board")
    definition.access.view = .roles(["ops"])
    let item = Snapshot.StoredValue(revision: 1, value: ComponentValue(definition.pageItem))
    let version = Version(epoch: Epoch(generation: 1, nonce: 1), revision: 1)
    hub.received(Heartbeat(shard: 0, beat: 1, versions: [:]))
    hub.drive(page) { $0.subscribed() }
    hub.drive(page) { $0.wasRead(Snapshot(version: version, components: [.page: item]), ticket: 1) }
    let signer = SessionSigner(key: [1])
    hub.state.withLock { $0.signer = signer }
    let head = pollHead("splitflap=\(signer.makeSession(settings.accounts.makeLogin("ada")))")

    let answers = try await loop.submit { () -> [Bool] in
      guard case .repeatable(_, let again) = FrontRoutes(hub: hub).decide(head, on: loop) else { return [] }
      let before = again(nil) != nil
      hub.state.withLock { $0.signer = SessionSigner(key: [2]) }
      hub.pulse.sessions.beat()
      return [before, again(nil) != nil]
    }.get()

    #expect(answers == [true, false])
  }

  private func pollHead(_ cookie: String) -> RequestHead {
    RequestHead(
      method: .GET, isHead: false, path: "/api/pages/board", query: "", headers: ["Cookie": cookie],
      clientAddress: "127.0.0.1", host: "localhost", target: "/api/pages/board")
  }
}
