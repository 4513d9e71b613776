package import DashboardModel

/// When a source is to run next: on a grid that never drifts, and more and more seldom while it fails.
///
/// Worked example, every 10 s: runs at 0, 10, 20 s. Failing at 20 s, it tries again about 10 s, 20 s, 40 s, 80 s and
/// then every 100 s later (10 intervals, and never more than 5 minutes unless the interval itself is longer). After
/// the first success it is back on the grid. By `cron` it runs once at the start, so that there is something to see, and
/// then at the rule's times; a failure is tried again after 10 s, 20 s, … up to 5 minutes, and at the rule's next time at
/// the latest.
package struct SourceSchedule: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case every(Duration)
    /// By the clock on the wall.
    case cron(CronRule)
    /// Runs when a value is pushed; `expect` without one is a failure.
    case onPush(expect: Duration?)
  }

  static let longestDelay = Duration.seconds(300)
  /// The clock on the wall may be set meanwhile, so it is looked at this often.
  private static let longestRest = Duration.seconds(30)
  private static let firstRetry = Duration.seconds(10)

  package let kind: Kind
  /// `nil`: only when somebody asks.
  package private(set) var due: Duration?
  private var start: Duration
  private var failures = 0
  private let cron: CronSchedule?
  /// The rule's next time, in Unix seconds.
  private var target: Int?

  /// `jitter` (0 to 1) spreads sources that start together over a tenth of their interval, at most a quarter second.
  package init(_ kind: Kind, now: Moment, jitter: Double) {
    self.kind = kind
    let now = now.monotonic
    start = now
    switch kind {
    case .every(let interval):
      cron = nil
      start = now + min(interval / 10, .milliseconds(250)) * jitter
      due = start
    case .cron(let rule):
      cron = CronSchedule(rule)
      due = now + .milliseconds(250) * jitter
    case .onPush(let expect):
      cron = nil
      due = expect.map { now + $0 }
    }
  }

  package mutating func succeeded(now: Moment) {
    failures = 0
    switch kind {
    case .every(let interval):
      let passed = ((now.monotonic - start) / interval).rounded(.down)
      due = start + interval * (max(0, passed) + 1)
    case .cron: aim(now)
    case .onPush(let expect): due = expect.map { now.monotonic + $0 }
    }
  }

  package mutating func failed(now: Moment, jitter: Double) {
    failures += 1
    switch kind {
    case .every(let interval):
      let cap = max(interval, min(Self.longestDelay, interval * 10))
      let doubled = interval * Double(1 << min(failures - 1, 10))
      due = now.monotonic + min(cap, doubled) * (0.8 + 0.2 * jitter)
    case .cron:
      aim(now)
      let delay = min(Self.longestDelay, Self.firstRetry * Double(1 << min(failures - 1, 10)))
      let retry = now.monotonic + delay * (0.8 + 0.2 * jitter)
      guard let target, now.monotonic + .seconds(Double(target) - now.unix / 1000) < retry else {
        (due, self.target) = (retry, nil)
        return
      }
    case .onPush: due = nil
    }
  }

  /// True when it is time to run. By `cron` that is decided by the clock on the wall, after any rest.
  package mutating func isDue(now: Moment) -> Bool {
    guard let due, due <= now.monotonic else { return false }
    guard let target, now.unix < Double(target) * 1000 else { return true }
    rest(now, target)
    return false
  }

  private mutating func aim(_ now: Moment) {
    target = cron?.next(after: Int(now.unix / 1000))
    if let target { rest(now, target) } else { due = nil }
  }

  private mutating func rest(_ now: Moment, _ target: Int) {
    let left = Duration.seconds(Double(target) - now.unix / 1000)
    due = now.monotonic + min(Self.longestRest, max(.milliseconds(1), left))
  }
}
