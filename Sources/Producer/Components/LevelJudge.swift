import DashboardModel

/// Judges values by a component's level rules: the worst that holds wins, and a rule with a hold time holds only after
/// its condition was true that long without a break.
///
/// Worked example, `bad: above 400 for 2m`: above at 10:00:00, it is bad from 10:02:00 on; one 399 in between starts
/// the two minutes again.
struct LevelJudge: Hashable {
  private let rules: [LevelRule]
  /// Since when each rule's condition is true; `nil` while it is not.
  private var trueSince: [Duration?]
  /// When a hold time ends.
  private(set) var nextCheck: Duration?

  init(rules: [LevelRule]) {
    self.rules = rules
    trueSince = rules.map { _ in nil }
  }

  /// `isMissing`: there is no value, or only one that is no longer to be relied on.
  mutating func judge(_ value: JSON?, isMissing: Bool, now: Duration) -> Level? {
    nextCheck = nil
    var worst: Level?
    for (index, rule) in rules.enumerated() {
      guard isTrue(rule.condition, value, isMissing: isMissing) else {
        trueSince[index] = nil
        continue
      }
      let since = trueSince[index] ?? now
      trueSince[index] = since
      let holdsFrom = since + .seconds(rule.hold)
      if now >= holdsFrom {
        if rule.level.rank > worst?.rank ?? -1 { worst = rule.level }
      } else {
        nextCheck = min(holdsFrom, nextCheck ?? holdsFrom)
      }
    }
    return worst ?? (rules.isEmpty || value == nil ? nil : .good)
  }

  private func isTrue(_ condition: LevelRule.Condition, _ value: JSON?, isMissing: Bool) -> Bool {
    if condition == .missing { return isMissing }
    guard let value else { return false }
    let number = Reading.number(value)
    return switch condition {
    case .above(let limit): number.map { $0 > limit } ?? false
    case .below(let limit): number.map { $0 < limit } ?? false
    case .between(let low, let high): number.map { (low...max(low, high)).contains($0) } ?? false
    case .equals(let text): Reading.text(value)?.lowercased() == text.lowercased()
    case .missing: true
    }
  }
}

extension Level {
  fileprivate var rank: Int {
    switch self {
    case .good: 0
    case .warn: 1
    case .bad: 2
    }
  }
}
