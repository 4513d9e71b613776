import Splitflap
import Testing

@testable import Counter

@Test @MainActor func `the counter begins at 501 and counts every second`() async throws {
  try await PageTester.load(Counter.self) { page in
    #expect(page.first(Div.self)?.text == "501")

    await page.advance(by: .seconds(3))

    #expect(page.first(Div.self)?.text == "504")
  }
}
