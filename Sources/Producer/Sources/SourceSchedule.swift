/// When a source is to run next: on a grid that never drifts, and more and more seldom while it fails.
///
/// Worked example, every 10 s: runs at 0, 10, 20 s. Failing at 20 s, it tries again about 10 s, 20 s, 40 s, 80 s and
/// then every 100 s later (10 intervals, and never more than 5 minutes unless the interval itself is longer). After
/// the first success it is back on the grid.
package struct SourceSchedule: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case every(Duration)
    /// Runs when a value is pushed; `expect` without one is a failure.
    case onPush(expect: Duration?)
  }

  static let longestDelay = Duration.seconds(300)

  package let kind: Kind
  /// `nil`: only when somebody asks.
  package private(set) var due: Duration?
  private var start: Duration
  private var failures = 0

  /// `jitter` (0 to 1) spreads sources that start together over a tenth of their interval, at most a quarter second.
  package init(_ kind: Kind, now: Duration, jitter: Double) {
    self.kind = kind
    switch kind {
    case .every(let interval):
      start = now + min(interval / 10, .milliseconds(250)) * jitter
      due = start
    case .onPush(let expect):
      start = now
      due = expect.map { now + $0 }
    }
  }

  package mutating func succeeded(now: Duration) {
    failures = 0
    switch kind {
    case .every(let interval):
      let passed = ((now - start) / interval).rounded(.down)
      due = start + interval * (max(0, passed) + 1)
    case .onPush(let expect): due = expect.map { now + $0 }
    }
  }

  package mutating func failed(now: Duration, jitter: Double) {
    failures += 1
    guard case .every(let interval) = kind else {
      due = nil
      return
    }
    let cap = max(interval, min(Self.longestDelay, interval * 10))
    let doubled = interval * Double(1 << min(failures - 1, 10))
    due = now + min(cap, doubled) * (0.8 + 0.2 * jitter)
  }
}
