import Splitflap
import Testing

@testable import Hello

@MainActor
struct HelloTests {
  @Test func `each of ten hellos counts its own clicks`() async throws {
    try await PageTester.load(HelloTest.self) { page in
      #expect(page.all(Div.self).count == 10)

      try await page.click(page.all(Div.self)[3])
      for _ in 0..<2 { try await page.click(page.all(Div.self)[7]) }

      #expect(page.all(Div.self)[3].text == "Hello! I was clicked 1 times")
      #expect(page.all(Div.self)[7].text == "Hello! I was clicked 2 times")
      #expect(page.all(Div.self).count { $0.text == "Hello! I was clicked 0 times" } == 8)
    }
  }

  @Test func `five clicks count one to five`() async throws {
    try await PageTester.load(HelloTest.self) { page in
      let hello = page.first(Div.self)

      for count in 1...5 {
        try await page.click(hello)
        #expect(hello?.text == "Hello! I was clicked \(count) times")
      }
    }
  }

  @Test func `every viewer has hellos of their own, and they survive the producer`() async throws {
    try await PageTester.load(HelloTest.self) { page in
      let other = try page.another()
      try await page.click(page.all(Div.self)[0])
      #expect(other.all(Div.self)[0].text == "Hello! I was clicked 0 times")

      await page.restart()
      try await page.click(page.all(Div.self)[0])

      #expect(page.all(Div.self)[0].text == "Hello! I was clicked 2 times")
      #expect(other.all(Div.self)[0].text == "Hello! I was clicked 0 times")
    }
  }
}
