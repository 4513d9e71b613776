import NIOCore
import Synchronization

/// How often somebody may try to sign in: 5 times a minute for one user from one address, and 30 times for one address or
/// one user alone, so that neither many names nor many addresses help.
///
/// Bounded: when too many are known, those whose minute is over are forgotten; if none is, everybody waits.
final class LoginThrottle: Sendable {
  /// The instants of the tries of the last minute, oldest first.
  private let tries = Mutex<[String: [NIODeadline]]>([:])

  private static let most = 20_000
  private static let minute = TimeAmount.seconds(60)
  private static let together = 5
  private static let alone = 30

  /// Counts a try, unless it is one too many: then answers after how many seconds to come again.
  func take(user: String, address: String, now: NIODeadline = .now()) -> Double? {
    let rules = [("\(address) \(user)", Self.together), (address, Self.alone), (" \(user)", Self.alone)]
    return tries.withLock { tries in
      if tries.count + rules.count > Self.most { tries = tries.filter { Self.isRecent($0.value.last, now) } }
      guard tries.count + rules.count <= Self.most else { return 60 }
      for (name, limit) in rules {
        tries[name, default: []].removeAll { !Self.isRecent($0, now) }
        guard let times = tries[name], times.count >= limit else { continue }
        return Double((times[0] + Self.minute - now).nanoseconds) / 1e9
      }
      for (name, _) in rules { tries[name, default: []].append(now) }
      return nil
    }
  }

  private static func isRecent(_ time: NIODeadline?, _ now: NIODeadline) -> Bool {
    time.map { now - $0 < minute } ?? false
  }
}
