import DashboardFiles
import DashboardModel
import Foundation
import Testing

@testable import Producer

/// When a rule comes next; the dates of Berlin's changes in 2026 are 29 March and 25 October.
struct CronScheduleTests {
  /// The next instants after one, as a clock in the zone and its distance from UTC show them.
  private func next(_ text: String, _ zone: String = "UTC", after: String, count: Int = 1) throws -> [String] {
    let file = "sources: { a: { type: clock, cron: \"\(text)\", timezone: \(zone) } }\ncomponents: { a: { type: text, from: a.time } }"
    let (definition, diagnostics) = DashboardCompiler().compile(text: Array(file.utf8), file: "a.yml")
    let rule = try #require(definition?.sources[0].cron, "\(diagnostics.map { $0.render() })")
    let schedule = try #require(CronSchedule(rule))
    var instant = Int(try Date(after, strategy: .iso8601).timeIntervalSince1970), found: [String] = []
    for _ in 0..<count {
      instant = try #require(schedule.next(after: instant))
      var style = Date.ISO8601FormatStyle(timeZone: try #require(TimeZone(identifier: zone)))
      style = style.year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false).timeZone(separator: .omitted)
      found.append(Date(timeIntervalSince1970: Double(instant)).formatted(style))
    }
    return found
  }

  @Test(arguments: [
    ("*/5 8-18 * * 1-5", "2026-03-06T18:56:00Z", "2026-03-09 08:00:00"),
    ("*/5 8-18 * * 1-5", "2026-03-06T18:50:30Z", "2026-03-06 18:55:00"),
    ("0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29 00:00:00"),
    ("0 12 13 * fri", "2026-03-01T00:00:00Z", "2026-03-06 12:00:00"),
    ("0 12 * * 7", "2026-03-02T00:00:00Z", "2026-03-08 12:00:00"),
    ("15,45 6-8/2 1 jan,jul *", "2026-01-01T06:15:00Z", "2026-01-01 06:45:00"),
    ("59 23 31 12 *", "2026-12-31T23:59:00Z", "2027-12-31 23:59:00"),
    ("* * * * *", "2026-06-30T23:59:59Z", "2026-07-01 00:00:00"),
    ("0 0 31 * *", "2026-01-31T00:00:00Z", "2026-03-31 00:00:00"),
  ])
  func `the next time is the first that fits all fields`(rule: String, after: String, expected: String) throws {
    #expect(try next(rule, after: after)[0].hasPrefix(expected))
  }

  @Test func `a time that does not exist in spring counts as the change`() throws {
    let found = try next("30 2 * * *", "Europe/Berlin", after: "2026-03-28T00:00:00Z", count: 3)

    #expect(found == ["2026-03-28 02:30:00+0100", "2026-03-29 03:00:00+0200", "2026-03-30 02:30:00+0200"])
  }

  @Test func `a time that comes twice in autumn counts once, the first time`() throws {
    let found = try next("30 2 * * *", "Europe/Berlin", after: "2026-10-24T00:00:00Z", count: 3)

    #expect(found == ["2026-10-24 02:30:00+0200", "2026-10-25 02:30:00+0200", "2026-10-26 02:30:00+0100"])
  }

  @Test func `a rule for every hour goes by hours that pass`() throws {
    let spring = try next("30 * * * *", "Europe/Berlin", after: "2026-03-29T00:00:00Z", count: 3)
    let autumn = try next("30 * * * *", "Europe/Berlin", after: "2026-10-25T00:00:00Z", count: 3)

    #expect(spring == ["2026-03-29 01:30:00+0100", "2026-03-29 03:30:00+0200", "2026-03-29 04:30:00+0200"])
    #expect(autumn == ["2026-10-25 02:30:00+0200", "2026-10-25 02:30:00+0100", "2026-10-25 03:30:00+0100"])
  }

  @Test func `minutes within the hour that comes twice are not lost`() throws {
    let found = try next("0,30 1-3 * * *", "Europe/Berlin", after: "2026-10-25T00:10:00Z", count: 3)

    #expect(found == ["2026-10-25 02:30:00+0200", "2026-10-25 03:00:00+0100", "2026-10-25 03:30:00+0100"])
  }

  @Test func `a change at midnight, and one of half an hour, are no exception`() throws {
    let beirut = try next("0 0 * * *", "Asia/Beirut", after: "2026-03-28T12:00:00Z", count: 2)
    let lordHowe = try next("15 2 * * *", "Australia/Lord_Howe", after: "2026-10-03T00:00:00Z", count: 2)

    #expect(beirut == ["2026-03-29 01:00:00+0300", "2026-03-30 00:00:00+0300"])
    #expect(lordHowe == ["2026-10-04 02:30:00+1100", "2026-10-05 02:15:00+1100"])
  }

  @Test func `whatever the rule and the zone, times only grow and all of them fit`() throws {
    for zone in ["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca"] {
      for rule in ["*/17 * * * *", "0 0-6 * * *", "5 1,2,3 * * 0"] {
        let found = try next(rule, zone, after: "2026-01-01T00:00:00Z", count: 400)
        #expect(Set(found).count == 400, "\(zone) \(rule)")
      }
    }
  }
}
