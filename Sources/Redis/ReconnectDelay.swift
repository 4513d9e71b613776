import NIOCore

/// How long to wait before connecting again: first 20 to 150 ms, then twice as long up to 2 s, ±20 %, so that many
/// processes do not come back at the same moment.
struct ReconnectDelay {
  private var base: Int64?

  mutating func next(using random: inout some RandomNumberGenerator) -> TimeAmount {
    let current = base.map { min($0 * 2, 2000) } ?? Int64.random(in: 20...150, using: &random)
    defer { base = current }
    guard base != nil else { return .milliseconds(current) }
    return .milliseconds(current * Int64.random(in: 80...120, using: &random) / 100)
  }

  mutating func reset() { base = nil }
}
