import DashboardModel
import Foundation

/// Finds the next instant of a ``CronRule``, by the clock of its time zone.
///
/// When clocks are put forward, a time that does not exist that day counts as the instant of the change; when they are
/// put back, a time that comes twice counts once, the first time. A rule for every hour goes by hours that pass instead: it
/// misses none and makes up for none.
///
/// Worked example, Europe/Berlin: `30 2 * * *` runs on 29 March 2026 at 03:00 (there is no 02:30), on 25 October at the
/// first 02:30 of two. `30 * * * *` runs at 01:30 and 03:30 in March, and at both 02:30 in October.
struct CronSchedule: Hashable, Sendable {
  private let rule: CronRule
  private let zone: TimeZone

  /// `nil` for a time zone that this machine does not know.
  init?(_ rule: CronRule) {
    guard let zone = TimeZone(identifier: rule.timezone ?? "UTC") else { return nil }
    self.rule = rule
    self.zone = zone
  }

  /// 29 February on one weekday may be 40 years away.
  private static let longestSearch = 41 * 366
  private static let day = 86_400

  /// The first instant after this one; both in Unix seconds. `nil` if none comes within 40 years.
  func next(after instant: Int) -> Int? {
    // One day back: an hour that comes twice may span midnight.
    let today = (instant + zone.secondsFromGMT(for: date(instant))).floorDivided(by: Self.day)
    for number in (today - 1)...(today + Self.longestSearch) {
      let date = CivilDate(daysSince1970: number)
      guard rule.holds(day: date.day, month: date.month, weekday: date.weekday) else { continue }
      if let next = first(after: instant, on: number) { return next }
    }
    return nil
  }

  private func first(after instant: Int, on day: Int) -> Int? {
    var best: Int?
    for hour in 0..<24 where rule.hours.holds(hour) {
      for minute in 0..<60 where rule.minutes.holds(minute) {
        let local = day * Self.day + hour * 3600 + minute * 60
        // No zone is ever put forward or back by more than this: nothing later on this day can come before.
        if let best, local > best + offset(best) + 3 * 3600 { return best }
        for candidate in instants(of: local) where candidate > instant { best = min(best ?? candidate, candidate) }
      }
    }
    return best
  }

  /// When a clock on the wall shows a time, given as if it were Unix seconds.
  private func instants(of local: Int) -> [Int] {
    let before = offset(local - Self.day), after = offset(local + Self.day)
    let found = Set([local - before, local - after]).filter { $0 + offset($0) == local }.sorted()
    if rule.hours == CronRule.everyHour { return found }
    if let first = found.first { return [first] }
    return [change(from: local - max(before, after), to: local - min(before, after))]
  }

  /// The first second with the later offset.
  private func change(from start: Int, to end: Int) -> Int {
    var (low, high) = (start, end)
    let old = offset(low)
    while high - low > 1 {
      let middle = (low + high) / 2
      if offset(middle) == old { low = middle } else { high = middle }
    }
    return high
  }

  private func offset(_ instant: Int) -> Int { zone.secondsFromGMT(for: date(instant)) }

  private func date(_ instant: Int) -> Date { Date(timeIntervalSince1970: Double(instant)) }
}

/// A day of the Gregorian calendar, by Howard Hinnant's `civil_from_days`: eras of 400 years, years that begin in March.
private struct CivilDate {
  var month: Int
  var day: Int
  /// 0 is Sunday.
  var weekday: Int

  init(daysSince1970 days: Int) {
    let shifted = days + 719_468
    let ofEra = shifted - shifted.floorDivided(by: 146_097) * 146_097
    let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * ofYear + 2) / 153
    day = ofYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    // 1 January 1970 was a Thursday.
    weekday = (days + 4) - (days + 4).floorDivided(by: 7) * 7
  }
}

extension Int {
  fileprivate func floorDivided(by divisor: Int) -> Int {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
