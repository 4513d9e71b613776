import NIOCore

/// How long to wait before connecting again: first 20 to 150 ms, then twice as long each time up to 250 ms, and up to a
/// second once the outage has lasted half a minute; ±20 %, so that many processes do not come back at the same moment.
///
/// Also update docs/decisions/0013-quick-reconnects.md: a standby's patience (`ShardLease`) must outlast the longest pause.
struct ReconnectDelay {
  private var base: Int64?
  private var since: NIODeadline?

  private static let shortOutage = TimeAmount.seconds(30)
  private static let most: Int64 = 250
  private static let mostLater: Int64 = 1000

  mutating func next(now: NIODeadline, using random: inout some RandomNumberGenerator) -> TimeAmount {
    guard let base, let since else {
      let first = Int64.random(in: 20...150, using: &random)
      (self.base, self.since) = (first, now)
      return .milliseconds(first)
    }
    let grown = min(base * 2, now - since < Self.shortOutage ? Self.most : Self.mostLater)
    self.base = grown
    return .milliseconds(grown * Int64.random(in: 80...120, using: &random) / 100)
  }

  mutating func reset() { (base, since) = (nil, nil) }
}
