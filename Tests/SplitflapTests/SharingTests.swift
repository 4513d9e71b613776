import DashboardModel
import Testing

@testable import Splitflap

/// Elements that stand on several pages, and pages that end.
@MainActor
struct SharingTests {
  private func page(_ name: String, _ element: Element) throws -> PageInstance {
    PageInstance(Page("/\(name)") { element }, key: try #require(PageKey(dashboard: name)))
  }

  private func text(_ page: PageInstance) -> String? {
    page.draft()?.items[ComponentID("e1")!].flatMap { try? JSON(decoding: $0.head) }?["text"]?.text
  }

  @Test func `a change goes to all pages, also right after one more was opened`() throws {
    let shared = P("one")
    let first = try page("one", shared)
    _ = first.draft()
    let second = try page("two", shared)

    shared.text = "two"

    #expect(text(first) == "two")
    #expect(text(second) == "two")
  }

  struct Clicks: Component {
    @State var clicks = 0
    var body: Content {
      Button("\(clicks)").on(.click) { clicks += 1 }
      if clicks > 0 { P("clicked") }
    }
  }

  @Test func `a component in an element on several pages shows the same on all of them`() async throws {
    let shared = Div { Clicks() }
    let pages = try ["one", "two", "three"].map { try page($0, shared) }
    for page in pages { _ = page.draft() }
    let button = try #require(pages[1].first(Button.self))

    try await button.perform(Event(
      name: "click", element: button, viewer: Viewer(id: "v", session: "s", roles: []), page: pages[1], id: "1", data: [:]))

    for page in pages {
      let draft = try #require(page.draft())
      let written = draft.items.values.map { String(decoding: $0.head, as: UTF8.self) }
      #expect(written.contains { $0.contains("clicked") } && written.contains { $0.contains(#""text":"1""#) })
    }
    pages[0].end()
    try await button.perform(Event(
      name: "click", element: button, viewer: Viewer(id: "v", session: "s", roles: []), page: pages[1], id: "2", data: [:]))
    #expect(pages[1].draft()?.privateState.keys.contains { $0.hasSuffix(".clicks") } == true)
    #expect(pages[2].first(Button.self)?.text == "2")
  }

  @Test func `an element of the program outlives a viewer's page, with its handlers`() throws {
    let shared = Div { P("inside") }.on(.click) {}
    for number in 0..<3 {
      let viewer = try #require(ViewerID("viewer-1000000000000\(number)"))
      let page = PageInstance(Page("/own", scope: .viewer) { shared }, key: try #require(PageKey(dashboard: "own", viewer: viewer)))
      #expect(page.element(ComponentID("e1")!) === shared)
      page.end()
    }

    #expect(shared.listens(to: .click) && shared.children.count == 1)
  }

  private final class Weak {
    weak var element: Element?
    init(_ element: Element?) { self.element = element }
  }

  @Test func `ten thousand pages of viewers that ended leave no element behind, whatever their handlers hold`() throws {
    let description = Page("/leaky", scope: .viewer) { page in
      let list = Ul()
      let field = Input(type: .text)
      let _ = field.before(hide: [list]).on(.change) {
        list.add(Li(field.value ?? ""))
        page.title = "\(list.children.count)"
      }
      page.on(.keyDown) { _ in list.removeAll() }
      let row = Li("row")
      let _ = row.on(.click) { list.remove(row) }
      list.add(row)
      list
      Label("Field", for: field)
      field
      Clicks()
    }
    var left: [Weak] = []
    for number in 0..<10_000 {
      let viewer = try #require(ViewerID("viewer-\(1_000_000_000 + number)"))
      let page = PageInstance(description, key: try #require(PageKey(dashboard: "leaky", viewer: viewer)))
      _ = page.draft()
      left += [Weak(page.first(Ul.self)), Weak(page.first(Input.self)), Weak(page.first(Button.self))]
      page.end()
    }

    // Those of the first page may be the program's own.
    #expect(left.dropFirst(3).count { $0.element != nil } == 0)
  }
}
