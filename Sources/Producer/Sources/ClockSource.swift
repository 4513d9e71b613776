package import DashboardModel
import Foundation

/// The time in a time zone: `{"unix":…,"iso":"2026-03-01T09:05:00+01:00","hour":9,"minute":5,"second":0,
/// "weekday":"Sunday","date":"2026-03-01","time":"09:05:00"}`.
package struct ClockSource: Source {
  private let zone: TimeZone?
  private let wall: @Sendable () -> Double

  /// `timezone` is an IANA name, `nil` is UTC; `wall` tells Unix milliseconds.
  package init(timezone: String?, wall: @escaping @Sendable () -> Double = Timeline.systemWall) {
    zone = TimeZone(identifier: timezone ?? "UTC")
    self.wall = wall
  }

  package func fetch() throws -> JSON {
    guard let zone else { throw SourceError("this machine does not know the time zone") }
    let unix = (wall() / 1000).rounded(.down)
    let instant = Date(timeIntervalSince1970: unix)
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second, .weekday], from: instant)
    let (hour, minute, second) = (parts.hour ?? 0, parts.minute ?? 0, parts.second ?? 0)
    let date = "\(parts.year ?? 0)-\(two(parts.month ?? 0))-\(two(parts.day ?? 0))"
    let time = "\(two(hour)):\(two(minute)):\(two(second))"
    return [
      "unix": .number(unix), "iso": .string("\(date)T\(time)\(offset(zone.secondsFromGMT(for: instant)))"),
      "hour": .number(Double(hour)), "minute": .number(Double(minute)), "second": .number(Double(second)),
      "weekday": .string(Self.weekdays[((parts.weekday ?? 1) - 1) % 7]), "date": .string(date), "time": .string(time),
    ]
  }

  private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

  private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private func offset(_ seconds: Int) -> String {
    guard seconds != 0 else { return "Z" }
    let minutes = abs(seconds) / 60
    return "\(seconds < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
  }
}
