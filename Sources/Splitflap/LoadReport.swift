import DashboardFiles
import Foundation
import Producer

/// Tells people what a load of the definition files found, in the words of `splitflap check`, and what stays live.
struct LoadReport: Sendable {
  let folder: String
  var timeZone = TimeZone.current

  func tell(_ news: LoadNews) { writeToStandardError(text(of: news) + "\n") }

  func text(of news: LoadNews) -> String {
    let result = news.result
    return (result.diagnostics.map { $0.render() } + [closing(news)]).joined(separator: "\n")
  }

  private func closing(_ news: LoadNews) -> String {
    let result = news.result
    let errors = result.diagnostics.filter { $0.severity == .error }
    guard !errors.isEmpty else {
      let held = result.held.isEmpty ? "" : ", \(result.held.count) being written"
      return "\(result.dashboards.count) dashboards of \(folder) loaded\(held)."
    }
    let files = Set(errors.map(\.file)).count
    return "\(errors.count) error\(errors.count == 1 ? "" : "s") in \(files) file\(files == 1 ? "" : "s"). "
      + (staying(news) + missing(news)).joined(separator: " ")
  }

  /// `The version loaded at 14:02:10 stays live.`
  private func staying(_ news: LoadNews) -> [String] {
    let times = Set(news.staying.values.map(clockTime)).sorted()
    guard let first = times.first, let last = times.last else {
      return news.result.hasFolder ? [] : ["Everything loaded before stays live."]
    }
    let when = first == last ? "at \(first)" : "from \(first) to \(last)"
    return [
      news.staying.count == 1 ? "The version loaded \(when) stays live." : "The versions loaded \(when) stay live."
    ]
  }

  /// Of these nothing is on the screens but what the store still has.
  private func missing(_ news: LoadNews) -> [String] {
    let names = news.result.broken.subtracting(news.staying.keys).sorted()
    guard !names.isEmpty else { return [] }
    let shown = names.prefix(3).map { "\"\($0)\"" }.joined(separator: ", ")
    let more = names.count > 3 ? " and \(names.count - 3) more" : ""
    return ["This program has loaded no good version of \(shown)\(more) yet."]
  }

  private func clockTime(_ unix: Double) -> String {
    let date = Date(timeIntervalSince1970: unix / 1000)
    return date.formatted(Date.VerbatimFormatStyle(
      format: "\(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits)",
      timeZone: timeZone, calendar: Calendar(identifier: .gregorian)))
  }
}
