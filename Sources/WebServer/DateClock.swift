import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The `Date` header, laid out once a second.
package final class DateClock: Sendable {
  /// The one of this process.
  package static let shared = DateClock()
  private let cached = Mutex((second: -1, text: ""))

  /// The present time, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
  package func now() -> String {
    let second = Int(time(nil))
    return cached.withLock { cached in
      if cached.second != second { cached = (second, Self.text(of: second)) }
      return cached.text
    }
  }

  static func text(of second: Int) -> String {
    var moment = time_t(second)
    var parts = tm()
    guard gmtime_r(&moment, &parts) != nil else { return "" }
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map(twoDigits).joined(separator: ":")
    let date = "\(twoDigits(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900)"
    return "\(days[Int(parts.tm_wday)]), \(date) \(clock) GMT"
  }

  private static func twoDigits(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
