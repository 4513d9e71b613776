import Splitflap

/// What setting properties costs a program: a million of them, and the one flush that follows. Prints one line of JSON.
@main struct LibraryBench {
  struct App: DashboardApp {
    var pages: [Page] { Page("/") { Div("zero") } }
  }

  static func main() async throws {
    try await PageTester.load(App.self) { page in
      guard let element = page.first(Div.self) else { throw TestProblem("the page is empty") }
      let texts = ["one", "two"]
      var best = Duration.seconds(60)
      for _ in 0..<5 {
        let start = ContinuousClock.now
        for number in 0..<1_000_000 { element.text = texts[number & 1] }
        best = min(best, ContinuousClock.now - start)
      }
      let sets = best
      let start = ContinuousClock.now
      await page.advance(by: .zero)
      let flush = ContinuousClock.now - start
      print("{\"million_sets_ms\":\(milliseconds(sets)),\"flush_ms\":\(milliseconds(flush))}")
    }
  }

  private static func milliseconds(_ time: Duration) -> Double { (time / .microseconds(1)).rounded() / 1000 }
}
