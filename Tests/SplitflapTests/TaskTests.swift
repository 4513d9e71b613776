import Splitflap
import Testing

/// Work beside the pages.
@MainActor
struct TaskTests {
  struct Flaky: DashboardApp {
    var pages: [Page] { Page("/") { TaskList() } }
    func startup() async throws {
      let runs = Shared(0)
      background("flaky") {
        runs.value += 1
        try await pause(for: .seconds(5))
        if runs.value < 3 { throw Problem("run \(runs.value) failed") }
      }
    }
  }

  private func tasks(_ page: PageTester) -> String { page.first(List.self)?.shown ?? "" }

  @Test func `a task that throws is begun anew, later and later, and says so`() async throws {
    try await PageTester.load(Flaky.self) { page in
      #expect(tasks(page).contains(#""label":"flaky","level":"good","value":"running""#))
      await page.advance(by: .seconds(5))
      #expect(tasks(page).contains(#""label":"flaky","level":"bad","note":"run 1 failed","value":"waiting""#))

      await page.advance(by: .seconds(6))
      #expect(tasks(page).contains("run 2 failed"))
      await page.advance(by: .seconds(7))

      #expect(tasks(page).contains(#""label":"flaky","level":"good","value":"done""#))
    }
  }

  @Test func `ticks keep to their grid and miss no numbers`() async throws {
    struct Slow: DashboardApp {
      var pages: [Page] { Page("/") { P("") } }
      func startup() async throws {
        background("slow") {
          for await n in ticks(every: .seconds(1), from: 10) {
            Seen.all.append(n)
            try await pause(for: .seconds(2.5))
          }
        }
      }
    }
    @MainActor enum Seen { static var all: [Int] = [] }

    try await PageTester.load(Slow.self) { page in
      await page.advance(by: .seconds(7))

      #expect(Seen.all == [10, 11, 12])
    }
  }

  @Test func `startup that throws is tried again`() async throws {
    struct Late: DashboardApp {
      static var attempts = 0
      var pages: [Page] { Page("/") { P("") } }
      func startup() async throws {
        Self.attempts += 1
        if Self.attempts == 1 { throw Problem("not yet") }
      }
    }
    try await PageTester.load(Late.self) { page in
      #expect(Late.attempts == 1)
      await page.advance(by: .seconds(1))
      #expect(Late.attempts == 2)
    }
  }
}
