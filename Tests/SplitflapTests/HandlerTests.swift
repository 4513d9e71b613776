import Splitflap
import Testing

/// What viewers do and what handlers make of it.
@MainActor
struct HandlerTests {
  struct Shop: DashboardApp {
    var pages: [Page] {
      Page("/") {
        let said = P("nothing")
        said
        Button("Save").on(.click) { notify("Saved") }
        Button("Fail").on(.click) { throw Problem("Sold out") }
        Button("Break").on(.click) { throw CancellationError() }
        Button("Go").on(.click) { redirect(to: "/done") }
        Button("Wait").on(.click) {
          said.text = "busy"
          try await pause(for: .seconds(2))
          said.text = "done"
        }
        Input(type: .text, name: "key").on(.keyDown, .keys("Enter")) { event in
          let key = try #require(event.key)
          said.text = "\(key.name) \(key.code) \(key.modifiers.contains(.shift)) \(key.isRepeated)"
        }
        Input(type: .text, name: "who").on(.input) { event in said.text = "\(event.value) \(event.viewer.session.count)" }
      }
      Page("/done") { P("Done") }
    }
  }

  @Test func `a handler says something to the one who acted`() async throws {
    try await PageTester.load(Shop.self) { page in
      let other = try page.another()

      try await page.click(page.element("Save"))
      try await page.click(page.element("Go"))

      #expect(page.notices == ["Saved"])
      #expect(page.redirect == "/done")
      #expect(other.notices.isEmpty && other.redirect == nil)
    }
  }

  @Test func `a handler that throws tells the viewer, and the page goes on`() async throws {
    try await PageTester.load(Shop.self) { page in
      try await page.click(page.element("Fail"))
      try await page.click(page.element("Break"))
      try await page.click(page.element("Save"))

      #expect(page.notices == ["Sold out", "It did not work", "Saved"])
    }
  }

  @Test func `a handler that waits shows what it did so far, and others are answered meanwhile`() async throws {
    try await PageTester.load(Shop.self) { page in
      let other = try page.another()
      async let waiting: Void = page.click(page.element("Wait"))
      await page.advance(by: .seconds(1))
      #expect(page.all(P.self)[0].text == "busy")

      try await other.click(other.element("Save"))
      #expect(other.notices == ["Saved"])

      await page.advance(by: .seconds(1))
      try await waiting
      #expect(page.all(P.self)[0].text == "done")
    }
  }

  @Test func `keys come with code, modifiers and repeat`() async throws {
    try await PageTester.load(Shop.self) { page in
      try await page.press("A", code: "KeyA", on: page.field("key"))
      #expect(page.all(P.self)[0].text == "nothing")

      try await page.press("Enter", code: "NumpadEnter", modifiers: [.shift], on: page.field("key"))

      #expect(page.all(P.self)[0].text == "Enter NumpadEnter true false")
    }
  }

  @Test func `what is typed reaches the handler whole`() async throws {
    try await PageTester.load(Shop.self) { page in
      try await page.type("Ada", into: page.field("who"))

      #expect(page.all(P.self)[0].text == "Ada 22")
      #expect(page.field("who")?.value == "Ada")
    }
  }

  @Test func `tabs of one browser have one session and two viewers`() async throws {
    struct Who: DashboardApp {
      var pages: [Page] {
        Page("/", scope: .viewer) {
          let said = P("")
          said
          Button("Who").on(.click) { event in said.text = event.viewer.session + " " + event.viewer.id }
        }
      }
    }
    try await PageTester.load(Who.self) { page in
      let tabs = [page, try page.another(sameBrowser: true), try page.another()]
      for tab in tabs { try await tab.click(tab.element("Who")) }

      let said = tabs.map { ($0.first(P.self)?.text ?? "").split(separator: " ").map(String.init) }
      #expect(said[0][0] == said[1][0] && said[0][1] != said[1][1])
      #expect(said[2][0] != said[0][0])
    }
  }
}
