import DashboardModel
import Testing

@testable import Splitflap

/// Inputs, values that several elements share, and forms.
@MainActor
struct BindingTests {
  struct Inputs: DashboardApp {
    var pages: [Page] {
      Page("/", scope: .viewer) {
        let text = Shared("")
        for index in 0..<5 { Input(type: .text, name: "i\(index)").bind(text.binding) }
        for _ in 0..<3 { Div().bind(text.binding) }
        Button("Reset").on(.click) { text.value = "" }
      }
    }
  }

  @Test func `five inputs and three texts share a value`() async throws {
    try await PageTester.load(Inputs.self) { page in
      try await page.type("abc", into: page.field("i2"))

      #expect(page.all(Input.self).map(\.value) == Array(repeating: "abc", count: 5))
      #expect(page.all(Div.self).map(\.text) == ["abc", "abc", "abc"])

      try await page.click(page.element("Reset"))
      #expect(page.all(Input.self).allSatisfy { $0.value == "" } && page.all(Div.self).allSatisfy { $0.text.isEmpty })
    }
  }

  struct Choices: DashboardApp {
    struct Chosen: Component {
      @State var plan = "free"
      @State var days = ["mon"]
      var body: Content {
        for value in ["free", "paid"] { Input(type: .radio, name: "plan", value: value).bind($plan) }
        Select(name: "days", values: []) { for day in ["mon", "tue"] { OptionElement(day, value: day) } }.bind(values: $days)
        P("\(plan) \(days.joined(separator: "+"))")
        Button("Reset").on(.click) { (plan, days) = ("free", []) }
      }
    }
    var pages: [Page] {
      Page("/", scope: .viewer) {
        Chosen()
        for value in ["a", "b"] { Input(type: .radio, name: "free", value: value).on(.change) {} }
      }
    }
  }

  @Test func `radio buttons bound to a value are a choice`() async throws {
    try await PageTester.load(Choices.self) { page in
      let radios = page.all(Input.self)
      #expect(radios.map(\.isChecked) == [true, false, false, false])

      try await page.check(radios[1])
      #expect(page.first(P.self)?.text == "paid mon" && radios.map(\.isChecked) == [false, true, false, false])

      try await page.click(page.element("Reset"))
      #expect(page.first(P.self)?.text == "free " && radios.map(\.isChecked) == [true, false, false, false])
      #expect(page.first(Select.self)?.values == [])
    }
  }

  @Test func `a radio button that is chosen unchecks the others of its name`() async throws {
    try await PageTester.load(Choices.self) { page in
      let radios = page.all(Input.self)
      try await page.check(radios[2])
      try await page.check(radios[3])

      #expect(radios.map(\.isChecked) == [true, false, false, true])
    }
  }

  @Test func `a choice of several is bound to a list`() async throws {
    try await PageTester.load(Choices.self) { page in
      let select = try #require(page.first(Select.self))
      #expect(select.values == ["mon"])
      try await select.perform(Event(
        name: .change, element: select, viewer: Viewer(id: "v", session: "s", roles: []), page: page.instance, id: "1",
        data: ["values": ["mon", "tue"]]))

      #expect(select.values == ["mon", "tue"])
      var writing = PageWriting()
      select.write(into: &writing, as: ComponentID("m1")!, on: page.instance)
      #expect(try JSON(decoding: try #require(writing.items.values.first).head)["value"] == ["mon", "tue"])
    }
  }

  @Test func `a number is bound as soon as it can be read`() async throws {
    struct Price: Component {
      @State var price = 1.5
      var body: Content {
        Input(type: .number, name: "price").bind($price)
        P("\(price * 2)")
      }
    }
    struct Shop: DashboardApp { var pages: [Page] { Page("/") { Price() } } }

    try await PageTester.load(Shop.self) { page in
      #expect(page.field("price")?.value == "1.5")
      try await page.choose("1", in: page.field("price"))
      try await page.type("2.x", into: page.field("price"))

      #expect(page.first(P.self)?.text == "4.0")
    }
  }

  struct SignUp: Decodable, Equatable {
    enum Plan: String, Decodable { case free, paid }
    var name: String
    var age: Int?
    var agrees: Bool
    var plan: Plan
  }

  struct Forms: DashboardApp {
    static let signedUp = Shared("")
    var pages: [Page] {
      Page("/", scope: .viewer) {
        let said = P()
        said
        Form {
          Input(type: .text, name: "name")
          Input(type: .number, name: "age")
          Input(type: .checkbox, name: "agrees")
          Select(name: "plan", value: "free") {
            OptionElement("Free", value: "free")
            OptionElement("Paid", value: "paid")
          }
          Button("Sign up", type: .submit)
        }.onSubmit(SignUp.self) { signUp in
          said.text = "\(signUp.name) \(signUp.age.map(String.init) ?? "?") \(signUp.agrees) \(signUp.plan)"
        }
      }
    }
  }

  @Test func `a form arrives as one value`() async throws {
    try await PageTester.load(Forms.self) { page in
      try await page.type("Ada", into: page.field("name"))
      try await page.check(page.field("agrees"))
      try await page.choose("paid", in: page.field("plan"))
      try await page.submit(page.first(Form.self))
      #expect(page.first(P.self)?.text == "Ada ? true paid")

      try await page.type("36", into: page.field("age"))
      try await page.submit(page.first(Form.self))
      #expect(page.first(P.self)?.text == "Ada 36 true paid")
    }
  }

  @Test func `a field of another kind is named to the viewer`() async throws {
    try await PageTester.load(Forms.self) { page in
      try await page.type("old", into: page.field("age"))
      try await page.submit(page.first(Form.self))

      #expect(page.notices == ["age must be a whole number"])
    }
  }
}
