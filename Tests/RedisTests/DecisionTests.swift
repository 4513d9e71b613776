import NIOCore
import NIOEmbedded
import Testing

@testable import Redis

@Suite struct ReplyQueueTests {
  private let loop = EmbeddedEventLoop()
  private func promise() -> EventLoopPromise<[RedisValue]> { loop.makePromise() }

  @Test func `replies go to batches in order`() throws {
    var queue = ReplyQueue(limit: 10)
    let first = promise(), second = promise()
    _ = queue.add(first, expecting: 2, deadline: .distantFuture)
    _ = queue.add(second, expecting: 1, deadline: .distantFuture)

    for number in 1...3 {
      if case .succeed(let promise, let replies) = queue.receive(.integer(Int64(number))) { promise.succeed(replies) }
    }

    #expect(try first.futureResult.wait() == [.integer(1), .integer(2)])
    #expect(try second.futureResult.wait() == [.integer(3)])
  }

  @Test func `a late reply is not given to the next batch`() throws {
    var queue = ReplyQueue(limit: 10)
    let late = promise(), next = promise()
    _ = queue.add(late, expecting: 1, deadline: .uptimeNanoseconds(10))
    _ = queue.add(next, expecting: 1, deadline: .uptimeNanoseconds(20))

    for promise in queue.expire(now: .uptimeNanoseconds(15)) { promise.fail(RedisError.timeout) }
    guard case .wait = queue.receive(.integer(1)) else { return #expect(Bool(false)) }
    if case .succeed(let promise, let replies) = queue.receive(.integer(2)) { promise.succeed(replies) }

    #expect(throws: RedisError.timeout) { try late.futureResult.wait() }
    #expect(try next.futureResult.wait() == [.integer(2)])
  }

  @Test func `a reply nobody asked for is noticed`() {
    var queue = ReplyQueue(limit: 10)

    guard case .desync = queue.receive(.integer(1)) else { return #expect(Bool(false)) }
  }

  @Test func `a full queue takes no more, and room comes back with replies`() {
    var queue = ReplyQueue(limit: 3)
    let one = promise(), two = promise(), three = promise()

    let isFirstAdded = queue.add(one, expecting: 3, deadline: .distantFuture)
    let isSecondAdded = queue.add(two, expecting: 1, deadline: .distantFuture)
    _ = queue.receive(.null)
    let isThirdAdded = queue.add(three, expecting: 1, deadline: .distantFuture)

    #expect((isFirstAdded, isSecondAdded, isThirdAdded) == (true, false, true))
    two.succeed([])
    for promise in queue.drain() { promise.succeed([]) }
    #expect(queue.isEmpty)
  }
}

@Suite struct SubscriptionsTests {
  @Test func `a channel flows after its last outstanding answer`() {
    var subscriptions = Subscriptions()
    for wanted in [true, false, true] { subscriptions.set("a", wanted: wanted, isSent: true) }

    let answers = (0..<3).map { _ in subscriptions.answered("a") }

    #expect(answers == [false, false, true])
    #expect(subscriptions.flows("a"))
  }

  @Test func `a new connection asks again for what is wanted`() {
    var subscriptions = Subscriptions()
    for (name, wanted) in [("a", true), ("b", true), ("b", false)] {
      subscriptions.set(name, wanted: wanted, isSent: true)
    }
    _ = subscriptions.answered("a")

    #expect(subscriptions.restart() == ["a"])
    #expect(!subscriptions.flows("a"))
    let flows = subscriptions.answered("a"), stray = subscriptions.answered("b")
    #expect(flows && !stray)
  }
}

@Suite struct ReconnectDelayTests {
  @Test func `pauses stay near a quarter of a second while an outage is young, then a second`() {
    for seed in 0..<100 {
      var delay = ReconnectDelay(), random: any RandomNumberGenerator = Linear(state: UInt64(seed))
      let start = NIODeadline.uptimeNanoseconds(1)
      func pause(after seconds: Int64) -> Int64 {
        delay.next(now: start + .seconds(seconds), using: &random).nanoseconds / 1_000_000
      }

      #expect((20...150).contains(pause(after: 0)))
      #expect((1..<30).map(pause).allSatisfy { $0 <= 300 })
      #expect((200...300).contains(pause(after: 29)))
      #expect((30..<40).map(pause).allSatisfy { $0 <= 1200 })
      #expect(pause(after: 40) >= 800)
      delay.reset()
      #expect((20...150).contains(pause(after: 41)))
    }
  }

  private struct Linear: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state
    }
  }
}
