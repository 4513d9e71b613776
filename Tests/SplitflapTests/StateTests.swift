import Splitflap
import Testing

/// What changes, what stays, and what survives.
@MainActor
struct StateTests {
  struct Row: Component {
    let name: String
    @State var count = 0
    var body: Content { Li("\(name) \(count)").on(.click) { count += 1 } }
  }

  struct Rows: Component {
    @State var names = ["a", "b", "c"]
    @State var isOpen = false
    var body: Content {
      Button("Turn").on(.click) { names.reverse() }
      Button("Drop").on(.click) { names.removeFirst() }
      Button("Open").on(.click) { isOpen.toggle() }
      if isOpen { P("open") }
      Ul { for name in names { Row(name: name).key(name) } }
    }
  }

  struct Lists: DashboardApp { var pages: [Page] { Page("/", scope: .viewer) { Rows() } } }

  @Test func `rows with keys keep their state and their elements`() async throws {
    try await PageTester.load(Lists.self) { page in
      let a = page.element("a 0")
      try await page.click(a)
      try await page.click(page.element("Turn"))

      #expect(page.all(Li.self).map(\.text) == ["c 0", "b 0", "a 1"])
      #expect(page.all(Li.self)[2] === a)

      try await page.click(page.element("Drop"))
      await page.restart()
      #expect(page.all(Li.self).map(\.text) == ["b 0", "a 1"])
    }
  }

  @Test func `what an if shows leaves its neighbours alone`() async throws {
    try await PageTester.load(Lists.self) { page in
      let list = page.first(Ul.self)
      try await page.click(page.element("a 0"))
      try await page.click(page.element("Open"))
      #expect(page.first(P.self)?.text == "open")
      #expect(page.first(Ul.self) === list)

      try await page.click(page.element("Open"))
      #expect(page.all(P.self).isEmpty)
      #expect(page.all(Li.self)[0].text == "a 1")
    }
  }

  struct Stock: DashboardApp {
    @Stored var count = 500
    var pages: [Page] { Page("/") { Shown(count: $count) } }

    func startup() async throws {
      background("counter") {
        for await _ in ticks(every: .seconds(1)) { count += 1 }
      }
    }

    struct Shown: Component {
      let count: Binding<Int>
      var body: Content { P("\(count.value)") }
    }
  }

  @Test func `a stored property goes on where the last producer stopped`() async throws {
    try await PageTester.load(Stock.self) { page in
      await page.advance(by: .seconds(4))
      #expect(page.first(P.self)?.text == "505")

      await page.restart()

      #expect(page.first(P.self)?.text == "506")
    }
  }

  struct Chat: DashboardApp {
    var pages: [Page] {
      Page("/") {
        let list = Ul()
        Input(type: .text, name: "say").on(.change) { event in
          list.add(Li(event.value, classes: "p-2"))
          (event.element as? HTMLElement)?.value = ""
        }
        list
      }
    }
  }

  @Test func `elements that a handler added are there after a restart`() async throws {
    try await PageTester.load(Chat.self) { page in
      for text in ["one", "two"] { try await page.choose(text, in: page.field("say")) }
      await page.restart()
      try await page.choose("three", in: page.field("say"))

      #expect(page.all(Li.self).isEmpty == false || page.all(HTMLElement.self).count { $0.classes == "p-2" } == 3)
      #expect(page.all(HTMLElement.self).filter { $0.classes == "p-2" }.map(\.text) == ["one", "two", "three"])
    }
  }

  @Test func `a shared page is the same for all, and stays when one leaves`() async throws {
    try await PageTester.load(Chat.self) { page in
      let other = try page.another()
      try await page.choose("hi", in: page.field("say"))

      #expect(other.all(Li.self).map(\.text) == ["hi"])
    }
  }
}
