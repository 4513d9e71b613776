import NIOCore

/// Lets `burst` through at once and `perSecond` in the long run.
struct TokenBucket {
  private var tokens: Double
  private var filled: NIODeadline

  init(burst: Double, now: NIODeadline) {
    tokens = burst
    filled = now
  }

  /// Takes one, or says after how many seconds there will be one.
  mutating func take(perSecond: Double, burst: Double, now: NIODeadline) -> Double? {
    // Whoever asked just before may have looked at the clock just after.
    let seconds = Double(max(0, (now - filled).nanoseconds)) / 1e9
    tokens = min(burst, tokens + seconds * perSecond)
    filled = max(filled, now)
    guard tokens >= 1 else { return (1 - tokens) / perSecond }
    tokens -= 1
    return nil
  }
}
