import Splitflap
import Testing

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
          Button("Sign up", type: "submit")
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
