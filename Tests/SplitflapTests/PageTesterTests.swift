import Splitflap
import Testing

/// A tester's viewer is as one in a browser.
@MainActor
struct PageTesterTests {
  struct Fields: DashboardApp {
    var pages: [Page] {
      Page("/", scope: .viewer) { page in
        let said = P()
        page.on(.keyDown, .keys("n")) { _ in said.text += "N" }
        said
        Input(type: .text, name: "keys").on(.keyDown, .keys("Enter")) { said.text += "E" }
        Input(type: .text, name: "slow").on(.input, .debounce(.milliseconds(500))) { event in said.text += "<\(event.value)>" }
        Input(type: .text, name: "often").on(.input, .throttle(.milliseconds(500))) { event in said.text += "[\(event.value)]" }
        Input(type: .text, name: "late").on(.change) { event in said.text += "(\(event.value))" }.on(.blur) { said.text += "B" }
        Input(type: .text, name: "mute")
        Div { Span("inner") }.on(.click) { said.text += "D" }
        Div { Button("stops").on(.click, stopping) { said.text += "S" } }.on(.click) { said.text += "D" }
        Button("disabled", attributes: ["disabled": true]).on(.click) { said.text += "!" }
        Fieldset(attributes: ["disabled": true]) { Button("off").on(.click) { said.text += "!" } }
        Div { Button("hidden").on(.click) { said.text += "!" } }.hidden()
        Input(type: .text, name: "fixed", attributes: ["readonly": true])
        A("away", href: "/away")
      }
    }

    private var stopping: EventOptions {
      var options = EventOptions()
      options.stops = true
      return options
    }
  }

  private func said(_ page: PageTester) -> String { page.first(P.self)?.text ?? "" }

  @Test func `a listener hears the keys it named, and the page those that go to no field`() async throws {
    try await PageTester.load(Fields.self) { page in
      try await page.press("A", on: page.field("keys"))
      #expect(said(page) == "")
      try await page.press("Enter", on: page.field("keys"))
      #expect(said(page) == "E")

      try await page.press("n")
      try await page.press("n", on: page.element("stops"))
      try await page.press("n", on: page.field("keys"))
      #expect(said(page) == "ENN")
      await #expect(throws: TestProblem.self) { try await page.press("n", on: page.field("mute")) }
    }
  }

  @Test func `a debounce waits for quiet, and what comes next lets it go first`() async throws {
    try await PageTester.load(Fields.self) { page in
      try await page.type("abc", into: page.field("slow"))
      await page.advance(by: .milliseconds(499))
      #expect(said(page) == "" && page.value(of: page.field("slow")) == "abc" && page.field("slow")?.value == nil)
      await page.advance(by: .milliseconds(1))
      #expect(said(page) == "<abc>" && page.field("slow")?.value == "abc")

      try await page.type("x", into: page.field("slow"))
      try await page.click(page.element("inner"))
      await page.advance(by: .seconds(5))
      #expect(said(page) == "<abc><x>D")
    }
  }

  @Test func `a throttle tells the first at once and the last in the end`() async throws {
    try await PageTester.load(Fields.self) { page in
      try await page.type("abc", into: page.field("often"))
      #expect(said(page) == "[a]")
      await page.advance(by: .milliseconds(500))

      #expect(said(page) == "[a][abc]")
    }
  }

  @Test func `a field that is left tells its change`() async throws {
    try await PageTester.load(Fields.self) { page in
      try await page.type("ab", into: page.field("late"))
      #expect(said(page) == "")
      try await page.click(page.element("inner"))

      #expect(said(page) == "(ab)BD")
    }
  }

  @Test func `an event goes to the elements around, until one stops it`() async throws {
    try await PageTester.load(Fields.self) { page in
      try await page.click(page.element("inner"))
      try await page.click(page.element("stops"))

      #expect(said(page) == "DS")
    }
  }

  @Test(arguments: ["disabled", "off", "hidden"])
  func `what no viewer can touch, no test can`(_ name: String) async throws {
    try await PageTester.load(Fields.self) { page in
      await #expect(throws: TestProblem.self) { try await page.click(page.element(name)) }
      await #expect(throws: TestProblem.self) { try await page.type("x", into: page.field("fixed")) }

      #expect(said(page) == "")
    }
  }

  @Test func `the program does not know what it did not listen to, and a restart keeps it`() async throws {
    try await PageTester.load(Fields.self) { page in
      try await page.type("mine", into: page.field("mute"))
      await page.restart()

      #expect(page.value(of: page.field("mute")) == "mine")
      #expect(page.field("mute")?.value == nil)
      try await page.click(page.element("away"))
      #expect(page.redirect == "/away")
    }
  }
}
