import Splitflap
import Testing

@testable import Tour

@MainActor
struct TourTests {
  @Test func `the start leads everywhere, and its visits survive the producer`() async throws {
    try await PageTester.load(Tour.self) { page in
      for link in page.all(A.self) {
        try await page.click(link)
        _ = try page.another(try #require(page.redirect))
      }
      try await page.click(page.element("0 visits"))
      await page.restart()

      #expect(page.element("1 visits") != nil)
    }
  }

  @Test func `handlers answer the one who acted`() async throws {
    try await PageTester.load(Tour.self, "/answers") { page in
      for name in ["Save", "Fail", "Break", "My tab", "Go"] { try await page.click(page.element(name)) }

      #expect(page.notices == ["Saved", "Sold out", "It did not work"])
      #expect(page.title == "Only mine" && page.redirect == "/hello/you")
    }
  }

  @Test func `a page says what its address says`() async throws {
    try await PageTester.load(Tour.self, "/hello/Ada%20%26%20Bob?greeting=Hi") { page in
      #expect(page.first(H1.self)?.text == "Hi, Ada & Bob!")
    }
  }

  @Test func `one value is in five inputs and three texts, and a form is one value`() async throws {
    try await PageTester.load(Tour.self, "/inputs") { page in
      try await page.type("abc", into: page.field("i2"))
      #expect((0..<5).map { page.field("i\($0)")?.value } == Array(repeating: "abc", count: 5))
      try await page.click(page.element("Reset"))
      #expect(page.field("i4")?.value == "")

      try await page.type("Ada", into: page.field("name"))
      try await page.type("36", into: page.field("age"))
      try await page.click(page.element("Sign up"))
      #expect(page.notices == ["Welcome, Ada, 36"])
    }
  }

  @Test func `typing is told when it rests, and a change when the field is left`() async throws {
    try await PageTester.load(Tour.self, "/typing") { page in
      try await page.type("quick", into: page.field("slow"))
      await page.advance(by: .milliseconds(500))
      try await page.type("late", into: page.field("late"))
      try await page.click(page.element("Next"))

      #expect(page.element("1 events, 1 changes, 1") != nil)
    }
  }

  @Test func `long work shows how far it is, and goes on without its viewer`() async throws {
    try await PageTester.load(Tour.self, "/work") { page in
      let progress = try #require(page.first(Progress.self))
      #expect(progress.shown.contains("0"))
      try await page.click(page.element("Import"))
      await page.advance(by: .seconds(4))
      #expect(progress.shown == "9")

      await page.advance(by: .seconds(20))
      #expect(progress.shown.contains("20"))
      #expect(page.element("Imported") != nil)
    }
  }
}
