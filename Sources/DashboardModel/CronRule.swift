/// When a source runs, by the clock on the wall: `*/5 8-18 * * 1-5`, read and checked.
///
/// Each field is a set of numbers, one bit for each. Of day and weekday, when both are restricted, one is enough; that is
/// how cron has always had it.
package struct CronRule: Hashable, Sendable {
  /// 0–59.
  package var minutes: UInt64
  /// 0–23.
  package var hours: UInt64
  /// 1–31.
  package var days: UInt64
  /// 1–12.
  package var months: UInt64
  /// 0–6, 0 is Sunday.
  package var weekdays: UInt64
  /// An IANA name; `nil` is UTC.
  package var timezone: String?

  package static let everyHour: UInt64 = (1 << 24) - 1
  package static let everyDay: UInt64 = (1 << 32) - 2
  package static let everyWeekday: UInt64 = (1 << 7) - 1

  package init(minutes: UInt64, hours: UInt64, days: UInt64, months: UInt64, weekdays: UInt64) {
    self.minutes = minutes
    self.hours = hours
    self.days = days
    self.months = months
    self.weekdays = weekdays
  }

  /// Whether a day of this number, month and weekday is one of its days.
  package func holds(day: Int, month: Int, weekday: Int) -> Bool {
    guard months.holds(month) else { return false }
    let (byDay, byWeekday) = (days.holds(day), weekdays.holds(weekday))
    let isEither = days != Self.everyDay && weekdays != Self.everyWeekday
    return isEither ? byDay || byWeekday : byDay && byWeekday
  }
}

extension UInt64 {
  /// True for a number whose bit is set.
  package func holds(_ number: Int) -> Bool { self >> UInt64(number) & 1 == 1 }
}
