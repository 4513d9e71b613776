import DashboardModel
import PageSync
import Testing

@testable import Producer
@testable import Splitflap

/// What a page is after a producer's end, with the same program and with a newer one.
@MainActor
struct TakeoverTests {
  struct Old: DashboardApp {
    var pages: [Page] {
      Page("/", title: "Old") { page in
        H1("Hello", classes: "p-2")
        let said = P("nothing")
        said
        Button("Say").on(.click) { said.text = "something" }
        Button("Name").on(.click) { page.title = "Named" }
      }
    }
  }

  struct New: DashboardApp {
    var pages: [Page] {
      Page("/", title: "New") {
        H1("Hi", classes: "p-4")
        P("nothing")
        Button("Speak")
        Button("Name")
      }
    }
  }

  @Test func `what a newer program says otherwise shows, and what handlers made of the rest stays`() async throws {
    var isNew = false
    let bench = TestBench { () -> any DashboardApp in isNew ? New() as any DashboardApp : Old() }
    try await bench.run {
      let page = try bench.open("/")
      try await page.click(page.element("Say"))
      await bench.restart()
      #expect(page.all(P.self).map(\.text) == ["something"])

      isNew = true
      await bench.restart()

      #expect(page.first(H1.self)?.text == "Hi" && page.first(H1.self)?.classes == "p-4")
      #expect(page.all(P.self).map(\.text) == ["something"])
      #expect(page.all(Button.self).map(\.text) == ["Speak", "Name"])
      #expect(page.title == "New")
    }
  }

  @Test func `a title that a handler gave stays`() async throws {
    let bench = TestBench { Old() }
    try await bench.run {
      let page = try bench.open("/")
      try await page.click(page.element("Name"))

      await bench.restart()
      await bench.restart()

      #expect(page.title == "Named")
    }
  }

  struct Board: DashboardApp {
    var pages: [Page] {
      Page("/") {
        let number = Number(value: 1, common: .init(title: "Orders"))
        let note = Div()
        number
        note
        Drawn("my-dial", value: 3)
        Button("Count").on(.click) {
          number.value += 1
          number.note = "counted"
          note.html = SafeHTML("<b>bold</b>")
        }
      }
    }
  }

  @Test func `dashboard components and fragments show what handlers gave them`() async throws {
    try await PageTester.load(Board.self) { page in
      for _ in 0..<2 { try await page.click(page.element("Count")) }

      for _ in 0..<2 { await page.restart() }

      #expect(page.first(Number.self)?.value == 3)
      #expect(page.first(Number.self)?.note == "counted" && page.first(Number.self)?.title == "Orders")
      #expect(page.first(Div.self)?.html == SafeHTML("<b>bold</b>"))
    }
  }

  struct Growing: DashboardApp {
    var pages: [Page] {
      Page("/") {
        let area = Div()
        area
        Button("Add").on(.click) {
          area.add {
            Number(value: 7, levels: [.warn(.above(5))], common: .init(title: "Orders", stale: .seconds(60)))
            LineChart("user", "system", common: .init(title: "Load"))
            Gauge(from: source("shop/orders.count"))
            Drawn("my-dial", ["max": 10], value: 3)
          }
        }
        Button("Remove").on(.click) { area.remove(area.children[0]) }
      }
    }
  }

  @Test func `dashboard components that a handler added are there after restarts`() async throws {
    try await PageTester.load(Growing.self) { page in
      try await page.click(page.element("Add"))
      let before = page.all(DashboardComponent.self)
      for _ in 0..<2 { await page.restart() }
      let after = page.all(DashboardComponent.self)

      #expect(after.map(\.kind) == ["number", "line", "gauge"] && after.map(\.shown) == before.map(\.shown))
      #expect(after.map(\.looks) == before.map(\.looks))
      // They keep their ids, for the store has what they drew under these.
      let ids = try (4...6).map { try #require(ComponentID("e\($0)")) }
      #expect(zip(after, ids).map { $0.origin(of: $1) } == zip(before, ids).map { $0.origin(of: $1) })
      let dial = try #require(page.first(Drawn.self))
      #expect(dial.memory()["content"] == 3 && dial.origin(of: ids[0])["properties"] == ["max": 10])

      try await page.click(page.element("Remove"))
      await page.restart()
      #expect(page.all(FramedElement.self).map(\.kind) == ["line", "gauge", "my-dial"])
    }
  }

  struct Rows: Component {
    let count: Splitflap.Binding<Int>
    var body: Content { for row in 0..<count.value { P("row \(row)").key(row) } }
  }

  struct Mixed: DashboardApp {
    @Stored var rows = 1
    var pages: [Page] {
      Page("/") {
        let mixed = Div {
          B("first")
          Rows(count: $rows)
          B("last")
        }
        let own = Span()
        mixed
        own
        Button("Add").on(.click) {
          mixed.insert(at: 1) { I("second") }
          mixed.add(I("end"))
          own.add { Rows(count: $rows) }
        }
        Button("More").on(.click) { rows += 2 }
      }
    }
  }

  @Test func `what a handler added beside a component stands there again, and takes nothing of others`() async throws {
    try await PageTester.load(Mixed.self) { page in
      try await page.click(page.element("Add"))
      try await page.click(page.element("More"))
      for _ in 0..<2 { await page.restart() }

      let texts = page.first(Div.self)?.children.compactMap { ($0 as? HTMLElement)?.text }
      #expect(texts == ["first", "second", "row 0", "row 1", "row 2", "last", "end"])
      #expect(page.first(Span.self)?.children.isEmpty == true)
    }
  }

  @Test func `what is kept of components that are gone is dropped`() throws {
    let key = try #require(PageKey(dashboard: "index"))
    var stored = StoredPage(
      key: key, snapshot: Snapshot(version: Version(epoch: Epoch(generation: 1, nonce: 1), revision: 1), components: [:]),
      privateState: [:])
    for name in ["@.0.clicks", "#e9", "stored.count", "begun.1"] { stored.privateState[name] = Array("{}".utf8) }

    let page = PageInstance(Page("/") { P("one") }, key: key, stored: stored)
    let draft = try #require(page.draft())

    #expect(Set(draft.privateState.filter { $0.value == nil }.keys) == ["@.0.clicks", "#e9"])
  }

  @Test func `a value that is no finite number is kept`() async throws {
    struct App: DashboardApp {
      @Stored var best = 1.5
      var pages: [Page] {
        Page("/") {
          Button("Worst").on(.click) { best = -.infinity }
          P("\(best)")
        }
      }
    }
    try await PageTester.load(App.self) { page in
      try await page.click(page.first(Button.self))
      await page.restart()

      #expect(page.first(P.self)?.text == "-inf")
    }
  }
}
