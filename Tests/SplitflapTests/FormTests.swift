import Splitflap
import Testing

/// What forms send, as browsers do it.
@MainActor
struct FormTests {
  struct Choice: Decodable {
    var name: String
    var sizes: [String]
    var days: [String]
    var agrees: Bool
    var plan: String
    var kind: String
    var by: String?
    var off: String?
  }

  struct Forms: DashboardApp {
    var pages: [Page] {
      Page("/", scope: .viewer) {
        let said = P(), heard = P()
        said
        heard
        Form {
          Input(type: .text, name: "name", attributes: ["required": true])
          for size in ["s", "m", "l"] { Label(size) { Input(type: .checkbox, name: "sizes", value: size) } }
          Input(type: .checkbox, name: "agrees").on(.change) { event in heard.text += "\(event.isChecked) " }
          for plan in ["free", "paid"] { Input(type: .radio, name: "plan", value: plan) }
          Select(name: "days", attributes: ["multiple": true]) { for day in ["mo", "tu", "we"] { OptionElement(day) } }
          Select(name: "kind") { OptionElement("A", value: "a"); OptionElement("B", value: "b") }
          Input(type: .text, name: "off", value: "x", attributes: ["disabled": true])
          Button("Save", type: .submit, attributes: ["name": "by", "value": "save"])
          Button("Send", type: .submit, attributes: ["name": "by", "value": "send"])
        }.onSubmit(Choice.self) { choice in
          said.text = "\(choice.name) \(choice.sizes) \(choice.days) \(choice.agrees) \(choice.plan) \(choice.kind) "
            + "\(choice.by ?? "-") \(choice.off ?? "-")"
        }
      }
    }
  }

  private func said(_ page: PageTester) -> String { page.first(P.self)?.text ?? "" }

  @Test func `a form sends lists, choices, and which button it was`() async throws {
    try await PageTester.load(Forms.self) { page in
      try await page.type("Ada", into: page.field("name"))
      for size in page.fields("sizes").prefix(2) { try await page.check(size) }
      try await page.check(page.fields("plan")[0])
      try await page.check(page.fields("plan")[1])
      try await page.choose(["tu", "we"], in: page.field("days"))
      try await page.click(page.element("Send"))

      #expect(said(page) == #"Ada ["s", "m"] ["tu", "we"] false paid a send -"#)
    }
  }

  @Test func `Enter in a field submits by the first button, with nothing chosen`() async throws {
    try await PageTester.load(Forms.self) { page in
      try await page.type("Bob", into: page.field("name"))
      try await page.press("Enter", on: page.field("name"))

      #expect(said(page) == "Bob [] [] false  a save -")
    }
  }

  @Test func `a field that is required is asked for before anything is sent`() async throws {
    try await PageTester.load(Forms.self) { page in
      await #expect(throws: TestProblem.self) { try await page.click(page.element("Save")) }
      await #expect(throws: TestProblem.self) { try await page.choose("c", in: page.field("kind")) }

      #expect(said(page) == "")
    }
  }

  @Test func `a checkbox turns by itself, by its label, and not twice by being checked`() async throws {
    try await PageTester.load(Forms.self) { page in
      try await page.click(page.field("agrees"))
      try await page.check(page.field("agrees"))
      try await page.click(page.field("agrees"))
      try await page.click(page.element("m"))

      #expect(page.all(P.self)[1].text == "true false ")
      #expect(page.fields("sizes").map(page.isChecked) == [false, true, false])
    }
  }
}
