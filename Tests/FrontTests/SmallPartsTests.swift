import DashboardModel
import NIOCore
import NIOPosix
import PageSync
import Testing

@testable import Front

@Suite struct TokenBucketTests {
  private func instant(_ milliseconds: Int64) -> NIODeadline { .uptimeNanoseconds(1) + .milliseconds(milliseconds) }

  @Test func `a burst passes at once, then the rate, and the answer says how long to wait`() {
    var bucket = TokenBucket(burst: 3, now: instant(0))
    func take(_ time: Int64) -> Double? { bucket.take(perSecond: 2, burst: 3, now: instant(time)) }

    #expect([take(0), take(0), take(0)] == [nil, nil, nil])
    #expect(take(0) == 0.5)
    #expect(take(500) == nil)
    #expect(take(750) == 0.25)
    #expect([take(60_000), take(60_000), take(60_000)] == [nil, nil, nil])
    #expect(take(60_000) == 0.5)
  }

  @Test func `a look at the clock that comes late costs nothing`() {
    var bucket = TokenBucket(burst: 1, now: instant(10))

    #expect(bucket.take(perSecond: 1, burst: 1, now: instant(9)) == nil)
  }
}

@Suite struct FreshnessTests {
  private func instant(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(1) + .seconds(seconds) }

  @Test func `without a heartbeat for two seconds data is stale, and the reason says who is missing`() {
    var freshness = Freshness(now: instant(0))
    #expect(freshness.condition(ofShard: 0, storeIsBehind: false, now: instant(2)) == .fresh)

    let unreachable = freshness.condition(ofShard: 0, storeIsBehind: false, now: instant(3))
    freshness.connected()
    let unowned = freshness.condition(ofShard: 0, storeIsBehind: false, now: instant(4))
    freshness.heard(0, at: instant(5))

    #expect(unreachable == .stale(reason: "The data store cannot be reached", ageMilliseconds: 3000))
    #expect(unowned == .stale(reason: "No producer is running", ageMilliseconds: 4000))
    #expect(freshness.condition(ofShard: 0, storeIsBehind: false, now: instant(6)) == .fresh)
    #expect(freshness.condition(ofShard: 1, storeIsBehind: false, now: instant(6)).kind == "stale No producer is running")
  }

  @Test func `a store that takes no writes or gives no answer is told apart from a missing producer`() {
    var freshness = Freshness(now: instant(0))
    freshness.connected()
    freshness.heardReadOnly(0, at: instant(3))
    freshness.answered(at: instant(3))
    func reason(at seconds: Int64, shard: Int = 0) -> String {
      freshness.condition(ofShard: shard, storeIsBehind: false, now: instant(seconds)).kind
    }

    #expect(reason(at: 4) == "stale The data store is read only")
    #expect(reason(at: 4, shard: 1) == "stale No producer is running")
    #expect(reason(at: 5) == "stale The data store does not answer")
    freshness.answered(at: instant(6))
    #expect(reason(at: 6) == "stale No producer is running")
    freshness.disconnected(at: instant(0))
    #expect(reason(at: 6) == "stale The data store cannot be reached")
  }

  @Test func `a front that just began gives its data a while, but is not ready before it hears an owner`() {
    var freshness = Freshness(now: instant(0))
    #expect(freshness.condition(ofShard: 0, storeIsBehind: false, now: instant(1)) == .fresh)
    #expect(!freshness.hears(0, now: instant(1)))

    freshness.heard(0, at: instant(1))

    #expect(freshness.hears(0, now: instant(3)))
    #expect(!freshness.hears(0, now: instant(4)))
  }

  @Test func `whoever polls during a silence is told to come when it is over`() throws {
    var freshness = Freshness(now: instant(0))
    freshness.heard(0, at: instant(1))
    func next(at seconds: Double, owed: NIODeadline? = nil) -> TimeAmount? {
      freshness.nextPoll(ofShard: 0, readOwedSince: owed, now: instant(0) + .milliseconds(Int64(seconds * 1000)))
    }

    #expect(next(at: 2) == nil)
    #expect((TimeAmount.milliseconds(550)...(.milliseconds(850))).contains(try #require(next(at: 2.5))))
    #expect(next(at: 3.1) == nil)
    #expect(next(at: 2, owed: instant(0) + .milliseconds(700)) != nil)
    #expect(next(at: 2, owed: instant(0) + .milliseconds(1700)) == nil)
  }

  @Test func `a read that is owed for two seconds is news, beats or not`() {
    var freshness = Freshness(now: instant(0))
    freshness.heard(0, at: instant(5))
    func condition(owedSince second: Int64) -> Freshness.Condition {
      freshness.condition(ofShard: 0, storeIsBehind: true, readOwedSince: instant(second), now: instant(6))
    }

    #expect(condition(owedSince: 4) == .behind(ageMilliseconds: 1000))
    #expect(condition(owedSince: 3) == .stale(reason: "The data store does not answer", ageMilliseconds: 3000))
  }

  @Test func `a store behind is told while its owner is alive`() {
    var freshness = Freshness(now: instant(0))
    freshness.heard(0, at: instant(5))

    #expect(freshness.condition(ofShard: 0, storeIsBehind: true, now: instant(6)) == .behind(ageMilliseconds: 1000))
  }
}

@Suite struct SessionMemoryTests {
  private let signer = SessionSigner(key: [1, 2, 3])

  @Test func `a cookie is known until the key changes, and made-up ones are not kept`() throws {
    var memory = SessionMemory()
    let cookie = signer.makeSession()

    #expect(memory.session(ofCookie: cookie, signer) == signer.session(ofCookie: cookie))
    #expect(memory.session(ofCookie: cookie, signer) == signer.session(ofCookie: cookie))
    #expect(memory.session(ofCookie: "made.up", signer) == nil)
    #expect(memory.count == 1)

    #expect(memory.session(ofCookie: cookie, SessionSigner(key: [4])) == nil)
    #expect(memory.count == 0)
  }

  @Test func `more sessions than are kept begin anew`() {
    var memory = SessionMemory()
    for _ in 0..<SessionMemory.most + 10 { _ = memory.session(ofCookie: signer.makeSession(), signer) }

    #expect(memory.count == 10)
  }
}

@Suite struct ReplyWaitersTests {
  private let loop = MultiThreadedEventLoopGroup.singleton.any()
  private let viewer = ViewerID("vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv")!

  @Test func `each who waits for the same event has a time of his own`() async throws {
    let waiters = ReplyWaiters(most: 10)
    let first = waiters.wait(for: viewer, sequence: 1, within: .milliseconds(10), on: loop)
    let second = waiters.wait(for: viewer, sequence: 1, within: .seconds(30), on: loop)

    #expect(try await first?.get() == nil)
    #expect(waiters.count == 1)
    waiters.received(EventReply(.failed("handler")), viewer: viewer, sequence: 1)

    #expect(try await second?.get()?.outcome == .failed("handler"))
    #expect(waiters.count == 0)
  }

  @Test func `nobody waits at a front that stops, and too many wait at none`() async throws {
    let waiters = ReplyWaiters(most: 1)
    let waiting = waiters.wait(for: viewer, sequence: 1, within: .seconds(30), on: loop)
    #expect(waiters.wait(for: viewer, sequence: 2, within: .seconds(30), on: loop) == nil)

    waiters.end()

    #expect(try await waiting?.get() == nil)
    #expect(try await waiters.wait(for: viewer, sequence: 3, within: .seconds(30), on: loop)?.get() == nil)
    #expect(waiters.count == 0)
  }
}
