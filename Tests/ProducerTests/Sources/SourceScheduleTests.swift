import DashboardModel
import Testing

@testable import Producer

struct SourceScheduleTests {
  /// That many seconds after the start, which was at noon UTC on 1 March 2026.
  private func at(_ seconds: Double, wall: Double? = nil) -> Moment {
    Moment(monotonic: .seconds(seconds), unix: (1_772_366_400 + (wall ?? seconds)) * 1000)
  }

  @Test func `runs keep to a grid and skip what was missed`() {
    var schedule = SourceSchedule(.every(.seconds(10)), now: at(0), jitter: 0)
    #expect(schedule.due == .zero)

    schedule.succeeded(now: at(1.5))
    #expect(schedule.due == .seconds(10))
    schedule.succeeded(now: at(47))
    #expect(schedule.due == .seconds(50))
    schedule.succeeded(now: at(50))
    #expect(schedule.due == .seconds(60))
  }

  @Test func `sources that start together are spread a little`() {
    #expect(SourceSchedule(.every(.seconds(1)), now: at(5), jitter: 1).due == .milliseconds(5100))
    #expect(SourceSchedule(.every(.seconds(60)), now: at(5), jitter: 1).due == .milliseconds(5250))
  }

  @Test func `failures back off to ten intervals and success ends it`() {
    var schedule = SourceSchedule(.every(.seconds(10)), now: at(0), jitter: 0)
    var delays: [Duration] = []

    for _ in 0..<6 {
      schedule.failed(now: at(0), jitter: 1)
      delays.append(schedule.due ?? .zero)
    }

    #expect(delays == [10, 20, 40, 80, 100, 100].map { .seconds($0) })
    schedule.succeeded(now: at(3))
    #expect(schedule.due == .seconds(10))
    schedule.failed(now: at(0), jitter: 1)
    #expect(schedule.due == .seconds(10))
  }

  @Test(arguments: [(60.0, 300.0), (600, 600), (0.25, 2.5)])
  func `the longest delay is five minutes or the interval`(every: Double, longest: Double) {
    var schedule = SourceSchedule(.every(.seconds(every)), now: at(0), jitter: 0)

    for _ in 0..<100 { schedule.failed(now: at(0), jitter: 1) }

    #expect(schedule.due == .seconds(longest))
  }

  @Test func `a push source is due when it was silent too long, and only once`() {
    var schedule = SourceSchedule(.onPush(expect: .seconds(60)), now: at(0), jitter: 1)
    #expect(schedule.due == .seconds(60))

    schedule.succeeded(now: at(30))
    #expect(schedule.due == .seconds(90))
    schedule.failed(now: at(90), jitter: 0)
    #expect(schedule.due == nil)
  }

  private static let everyFiveMinutes = CronRule(
    minutes: (0..<12).reduce(0) { $0 | 1 << UInt64($1 * 5) }, hours: CronRule.everyHour, days: CronRule.everyDay,
    months: 0b1_1111_1111_1110, weekdays: CronRule.everyWeekday)

  private func isDue(_ schedule: SourceSchedule, _ now: Moment) -> Bool {
    var schedule = schedule
    return schedule.isDue(now: now)
  }

  @Test func `by the clock it runs at the start, and then at the rule's times`() {
    var schedule = SourceSchedule(.cron(Self.everyFiveMinutes), now: at(10), jitter: 0)
    #expect(isDue(schedule, at(10)))

    schedule.succeeded(now: at(11))
    #expect(!isDue(schedule, at(299)))
    #expect(isDue(schedule, at(300)))
    schedule.succeeded(now: at(300.5))
    #expect(!isDue(schedule, at(599.9)))
    #expect(isDue(schedule, at(600)))
  }

  @Test func `a clock on the wall that is set while the source rests is followed`() {
    var schedule = SourceSchedule(.cron(Self.everyFiveMinutes), now: at(10), jitter: 0)
    schedule.succeeded(now: at(10))

    let isDueTooEarly = schedule.isDue(now: at(300, wall: 200))

    #expect(!isDueTooEarly)
    #expect((schedule.due ?? .zero) <= .seconds(330))
    #expect(isDue(schedule, at(331, wall: 301)))
  }

  @Test func `a failure by the clock is tried again, and not later than the rule says`() {
    var schedule = SourceSchedule(.cron(Self.everyFiveMinutes), now: at(10), jitter: 0)

    schedule.failed(now: at(11), jitter: 1)
    #expect(schedule.due == .seconds(21))
    for _ in 0..<10 { schedule.failed(now: at(290), jitter: 1) }
    #expect(!isDue(schedule, at(299)))
    #expect(isDue(schedule, at(300)))
  }
}
