import Testing

@testable import Producer

struct SourceScheduleTests {
  @Test func `runs keep to a grid and skip what was missed`() {
    var schedule = SourceSchedule(.every(.seconds(10)), now: .zero, jitter: 0)
    #expect(schedule.due == .zero)

    schedule.succeeded(now: .seconds(1.5))
    #expect(schedule.due == .seconds(10))
    schedule.succeeded(now: .seconds(47))
    #expect(schedule.due == .seconds(50))
    schedule.succeeded(now: .seconds(50))
    #expect(schedule.due == .seconds(60))
  }

  @Test func `sources that start together are spread a little`() {
    #expect(SourceSchedule(.every(.seconds(1)), now: .seconds(5), jitter: 1).due == .milliseconds(5100))
    #expect(SourceSchedule(.every(.seconds(60)), now: .seconds(5), jitter: 1).due == .milliseconds(5250))
  }

  @Test func `failures back off to ten intervals and success ends it`() {
    var schedule = SourceSchedule(.every(.seconds(10)), now: .zero, jitter: 0)
    var delays: [Duration] = []

    for _ in 0..<6 {
      schedule.failed(now: .zero, jitter: 1)
      delays.append(schedule.due ?? .zero)
    }

    #expect(delays == [10, 20, 40, 80, 100, 100].map { .seconds($0) })
    schedule.succeeded(now: .seconds(3))
    #expect(schedule.due == .seconds(10))
    schedule.failed(now: .zero, jitter: 1)
    #expect(schedule.due == .seconds(10))
  }

  @Test(arguments: [(60.0, 300.0), (600, 600), (0.25, 2.5)])
  func `the longest delay is five minutes or the interval`(every: Double, longest: Double) {
    var schedule = SourceSchedule(.every(.seconds(every)), now: .zero, jitter: 0)

    for _ in 0..<100 { schedule.failed(now: .zero, jitter: 1) }

    #expect(schedule.due == .seconds(longest))
  }

  @Test func `a push source is due when it was silent too long, and only once`() {
    var schedule = SourceSchedule(.onPush(expect: .seconds(60)), now: .zero, jitter: 1)
    #expect(schedule.due == .seconds(60))

    schedule.succeeded(now: .seconds(30))
    #expect(schedule.due == .seconds(90))
    schedule.failed(now: .seconds(90), jitter: 0)
    #expect(schedule.due == nil)
  }
}
