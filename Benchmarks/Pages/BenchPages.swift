import Foundation
import Splitflap

/// Pages that change at a known pace, by the environment:
/// `BENCH_EVERY` milliseconds between two changes, `BENCH_BYTES` of text on `/payload`, `BENCH_CROWD` pages `/crowd-n`.
struct BenchPages: DashboardApp {
  private let payload = Div()
  private let busy = (0..<20).map { _ in Number() }
  private let charts = (0..<12).map { _ in LineChart(window: .seconds(30)) }
  private let crowd = (0..<Self.setting("BENCH_CROWD", 0)).map { _ in Number() }

  @PageBuilder var pages: [Page] {
    Page("/payload") { payload }
    Page("/busy") { for number in busy { number } }
    Page("/charts") { for chart in charts { chart } }
    for (index, number) in crowd.enumerated() {
      Page("/crowd-\(index)") { number }
    }
  }

  func startup() async throws {
    let every = Duration.milliseconds(Self.setting("BENCH_EVERY", 1000))
    let text = String(repeating: "x", count: Self.setting("BENCH_BYTES", 0))
    background("changes") {
      for await tick in ticks(every: every) {
        payload.text = "~\(Self.microseconds)~\(text)"
        for number in busy { number.value = Double(tick) }
        for (index, chart) in charts.enumerated() { chart.add(Double((tick * (index + 3)) % 97)) }
        for number in crowd { number.value = Double(tick) }
      }
    }
  }

  private nonisolated static func setting(_ name: String, _ fallback: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? fallback
  }

  /// The monotonic clock, which all processes of a machine share.
  private nonisolated static var microseconds: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
  }
}
