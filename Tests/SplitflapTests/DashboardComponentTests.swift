import DashboardModel
import Testing

@testable import DashboardFiles
@testable import Splitflap

/// Dashboard components in Swift are those of the definition files.
@MainActor
struct DashboardComponentTests {
  /// Each without a word more than it needs. A `button` is a `Button` with a handler.
  private var plain: [DashboardComponent] {
    [
      Number(), Text(), Markdown(), Status(), List(), Table(), Gauge(), Progress(), LineChart("a"), Clock(), Image(),
      HelloCounter(),
    ]
  }

  /// Each with every property it takes.
  private var full: [DashboardComponent] {
    let common = DashboardComponent.Common(title: "T", stale: .seconds(9), link: "/x", note: "N")
    let levels = [LevelRule.warn(.above(2), for: .seconds(60)), .bad(.missing)]
    return [
      Number(
        format: "bytes", unit: "u", size: .huge, compare: .seconds(60), sparkline: .seconds(60), levels: levels,
        common: common),
      Text("t", size: .small, align: .end, common: common), Markdown("t", common: common),
      Status("s", levels: levels, labels: ["s": "S"], common: common),
      List(
        items: [ListItem("a")], label: "l", value: "v", href: "h", state: "s", limit: 3, style: .cards, format: "number",
        empty: "e", common: common),
      Table(rows: [["a": 1]], columns: ["a": "A"], formats: ["a": "bytes"], limit: 3, empty: "e", common: common),
      Gauge(min: 1, max: 2, format: "number", unit: "u", levels: levels, common: common),
      Progress(max: 2, format: "number", unit: "u", levels: levels, common: common),
      LineChart(
        "a", style: .bar, window: .seconds(60), min: 1, max: 2, format: "number", unit: "u", stacked: true, legend: true,
        common: common),
      Clock(timezone: "Europe/Berlin", seconds: false, date: false, hours: .twelve, common: common),
      Image("data:image/png;base64,AA==", alt: "a", fit: .cover, common: common), HelloCounter(common: common),
    ]
  }

  struct Framed: DashboardApp {
    var pages: [Page] {
      Page("/") {
        let number = Number(value: 1)
        number.on(.click) { number.value += 1 }
        Drawn("my-dial", ["max": 10], value: 3).on(.click) { number.show = false }
      }
    }
  }

  @Test func `frames listen, and say so to browsers`() async throws {
    try await PageTester.load(Framed.self) { page in
      try await page.click(page.first(Number.self))
      try await page.click(page.first(Drawn.self))
      await page.restart()

      #expect(page.first(Number.self)?.value == 2 && page.first(Number.self)?.show == false)
    }
  }

  @Test func `what a frame listens to goes out beside its component, and alone when only that changed`() throws {
    let (number, dial) = (Number(value: 1).on(.click) {}, Drawn("my-dial", value: 3).on(.keyDown, .keys("a")) {})
    dial.classes = "p-4"
    let page = PageInstance(Page("/") { number; dial }, key: try #require(PageKey(dashboard: "index")))
    let first = try #require(page.draft()), (one, two) = (try #require(ComponentID("e1")), try #require(ComponentID("e2")))
    #expect(first.frames[one] == JSON.Members([.init(name: "on", value: ["click": [:]])]))
    #expect(first.drawn[two]?["on"] == ["keydown": ["keys": ["a"]]] && first.drawn[two]?["classes"] == "p-4")

    number.show = false
    let second = try #require(page.draft())

    #expect(second.components.isEmpty && second.readings.isEmpty)
    #expect(second.frames[one]?["hidden"] == true)
  }

  @Test func `every type of the definition files is a type in Swift`() {
    #expect(Set(plain.map(\.type)).union([.button]) == Set(ComponentType.allCases))
    #expect(full.map(\.type) == plain.map(\.type))
  }

  @Test func `every property has the same name`() {
    // Where a file's picture comes from; in Swift the code has it, or a file's source.
    let ofFiles: Set<String> = ["path", "url", "every"]
    // Text and Markdown say theirs by what they are made with.
    let asValue: Set<String> = ["text"]
    for component in full {
      let names = Set(Settings.component(component.type).filter(\.isProperty).map(\.name))
      let own = Set(component.looks.properties.list.map(\.name))
      #expect(own == names.subtracting(asValue).subtracting(component.type == .image ? ofFiles : []), "\(component.type)")
      #expect(component.looks.stale == 9)
    }
  }

  @Test func `defaults are those of the files`() {
    for component in plain {
      for setting in Settings.component(component.type) where setting.isProperty {
        guard let fallback = setting.fallback else { continue }
        #expect(component.looks.properties[setting.name] == fallback, "\(component.type) \(setting.name)")
      }
    }
  }

  @Test func `a source is named with or without its file`() {
    #expect(source("orders").inModel == Binding(source: "orders"))
    #expect(source("orders.today.count").inModel == Binding(source: "orders", field: "today.count"))
    #expect(source("shop/orders.count").inModel == Binding(source: "shop/orders", field: "count"))
  }
}
