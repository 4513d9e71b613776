import NIOCore
import Synchronization

/// How often somebody may try to sign in: 5 times a minute for one user from one address, and 30 times for one address or
/// one user alone, so that neither many names nor many addresses help.
///
/// Bounded: when too many are known, those whose minute is over are forgotten; if none is, everybody waits.
final class LoginThrottle: Sendable {
  private let buckets = Mutex<[String: (bucket: TokenBucket, usedAt: NIODeadline)]>([:])

  private static let most = 20_000
  private static let minute = TimeAmount.seconds(60)
  static let pair = 5.0
  private static let alone = 30.0

  /// Counts an attempt; answers after how many seconds to try again if it is one too many.
  func take(user: String, address: String, now: NIODeadline = .now()) -> Double? {
    let rules = [("\(address) \(user)", Self.pair), (address, Self.alone), (" \(user)", Self.alone)]
    return buckets.withLock { buckets in
      if buckets.count + rules.count > Self.most { buckets = buckets.filter { now - $0.value.usedAt < Self.minute } }
      guard buckets.count + rules.count <= Self.most else { return 60 }
      var wait: Double?
      for (name, burst) in rules {
        var entry = buckets[name] ?? (TokenBucket(burst: burst, now: now), now)
        if let seconds = entry.bucket.take(perSecond: burst / 60, burst: burst, now: now) { wait = max(wait ?? 0, seconds) }
        entry.usedAt = now
        buckets[name] = entry
      }
      return wait
    }
  }
}
