import DashboardModel
import Testing

@testable import Splitflap

/// What elements say on the wire.
@MainActor
struct ElementTests {
  private func items(@ContentBuilder _ content: @escaping @MainActor () -> Content) throws -> [String: String] {
    let page = PageInstance(Page("/") { content() }, key: try #require(PageKey(dashboard: "index")))
    let draft = try #require(page.draft())
    return Dictionary(uniqueKeysWithValues: draft.items.map { ($0.key.name, String(decoding: $0.value.head, as: UTF8.self)) })
  }

  @Test func `an element says its tag, text, looks and children`() throws {
    let items = try items {
      Div("Hi", classes: "p-4", style: "color: red; behavior: url(x)", attributes: ["title": "T"]) { "a"; B("b") }
    }

    #expect(items["e1"] == #"{"type":"element","tag":"div","text":"Hi","children":["e2","e3"],"classes":"p-4","style":{"color":"red"},"attributes":{"title":"T"}}"#)
    #expect(items["e2"] == #"{"type":"element","tag":"span","text":"a"}"#)
    #expect(items["@style"]?.contains(".p-4") == true)
  }

  @Test func `text is text, whatever it looks like`() throws {
    let items = try items { P("<script>\"&\u{2028}'") }

    #expect(items["e1"] == #"{"type":"element","tag":"p","text":"<script>\"&\#u{2028}'"}"#)
  }

  @Test(arguments: [
    ("onclick", "x()"), ("style", "color:red"), ("class", "p-4"), ("href", "javascript:x()"), ("href", " java\nscript:x"),
    ("src", "https://elsewhere/a.png"), ("srcdoc", "<b>"), ("data-action", "click"), ("HREF", "/x"), ("", "x"),
  ])
  func `an attribute that could do harm is left out`(_ name: String, _ value: String) throws {
    let items = try items { A(attributes: [name: .text(value)]) }

    #expect(items["e1"] == #"{"type":"element","tag":"a"}"#)
  }

  @Test func `common attributes are properties with types`() throws {
    let (field, cell, button) = (Input(type: .number), Td("x"), Button("Go", type: .submit))
    (field.min, field.step, field.isRequired, field.placeholder) = (0, 0.5, true, "Price")
    (cell.colSpan, cell.title) = (2, "wide")
    (button.isDisabled, button.tabIndex, button[aria: "label"]) = (true, -1, "Buy")

    #expect(field.attributes == ["type": "number", "min": 0, "step": 0.5, "required": true, "placeholder": "Price"])
    #expect(cell.attributes == ["colspan": 2, "title": "wide"] && cell.colSpan == 2)
    #expect(button.attributes == ["type": "submit", "disabled": true, "tabindex": -1, "aria-label": "Buy"])
    (button.isDisabled, button.tabIndex) = (false, nil)
    #expect(button.attributes == ["type": "submit", "aria-label": "Buy"])
  }

  @Test func `listeners say how they want to be told`() throws {
    let items = try items {
      Input(type: .text).on(.input, .debounce(.milliseconds(500))) {}.on(.keyDown, .keys("Enter")) {}
    }

    #expect(items["e1"]?.contains(#""on":{"input":{"debounce":500},"keydown":{"keys":["Enter"]}}"#) == true)
  }

  @Test func `only what changed is sent, and all of it once`() throws {
    let one = P("one"), two = P("two")
    let page = PageInstance(Page("/") { one; two }, key: try #require(PageKey(dashboard: "index")))
    _ = page.draft()

    for count in 0..<1000 { two.text = "\(count)" }

    let draft = try #require(page.draft())
    #expect(draft.items.keys.map(\.name) == ["e2"] && draft.face == nil && draft.privateState.isEmpty)
    #expect(page.draft() == nil)
  }

  @Test func `of classes made of data only those in use are kept`() throws {
    let bar = Div(classes: "h-4"), other = P("x", classes: "p-4")
    let page = PageInstance(Page("/") { bar; other }, key: try #require(PageKey(dashboard: "index")))
    var sheet = ""
    for width in 0..<2000 {
      bar.classes = "h-4 w-[\(width)px]"
      if let style = page.draft()?.items[.style] { sheet = String(decoding: style.head, as: UTF8.self) }
    }

    let rules = sheet.components(separatedBy: ".element.").count - 1
    #expect(rules <= 500 && sheet.contains("width:1999px") && sheet.contains(".p-4{"))
  }

  @Test func `children come and go`() throws {
    let list = Ul { Li("a") }
    let page = PageInstance(Page("/") { list }, key: try #require(PageKey(dashboard: "index")))
    _ = page.draft()

    list.insert(at: 0) { Li("first") }
    list.add(Li("last"))
    list.remove(list.children[1])
    let draft = try #require(page.draft())

    #expect(list.children.compactMap { ($0 as? Li)?.text } == ["first", "last"])
    #expect(draft.removed.map(\.name) == ["e2"])
    #expect(Set(draft.items.keys.map(\.name)) == ["e1", "e3", "e4"])
  }

  @Test func `a place among children counts elements, whatever made them`() throws {
    let list = Ul {
      for name in ["a", "b"] { Li(name) }
      Row()
      if true { Li("e") }
    }
    let page = PageInstance(Page("/") { list }, key: try #require(PageKey(dashboard: "index")))

    list.insert(at: 1) { Li("1") }
    list.insert(at: 0) { Li("0") }
    list.insert(at: 6) { Li("6") }
    list.insert(at: 99) { Li("9") }

    #expect(list.children.compactMap { ($0 as? Li)?.text } == ["0", "a", "1", "b", "c", "d", "6", "e", "9"])
    #expect(list.children.allSatisfy { $0.id(on: page) != nil })
  }

  struct Row: Component {
    var body: Content {
      Li("c")
      Li("d")
    }
  }

  struct Count: Component {
    @State var count = 0
    var body: Content { Button("\(count)").on(.click) { count += 1 } }
  }

  @Test func `components that code adds have a state each, which goes with them`() async throws {
    let list = Div()
    let page = PageInstance(Page("/") { list }, key: try #require(PageKey(dashboard: "index")))
    for _ in 0..<3 { list.add { Count() } }
    _ = page.draft()
    for button in page.all(Button.self) {
      try await button.perform(Event(
        name: "click", element: button, viewer: Viewer(id: "v", session: "s", roles: []), page: page, id: "1", data: [:]))
    }
    #expect(page.draft()?.privateState.count == 3)

    list.remove(list.children[0])
    #expect(list.children.count == 2 && page.draft()?.privateState.values.filter { $0 == nil }.count == 1)
    list.removeAll()
    let draft = try #require(page.draft())

    #expect(draft.privateState.values.filter { $0 == nil }.count == 2 && draft.removed.count == 2)
    #expect(page.all(Button.self).isEmpty)
  }

  @Test func `nobody can have clicked what is disabled or hidden`() throws {
    let (open, off, inside, field) = (Button("a"), Button("b", attributes: ["disabled": true]), Button("c"), Input(type: .text))
    let around = Div {
      inside
      field
    }.hidden()
    let page = PageInstance(
      Page("/") { open; off; around }, key: try #require(PageKey(dashboard: "index")))

    #expect(page.admits(.click, on: open))
    #expect(!page.admits(.click, on: off) && !page.admits(.click, on: inside))
    #expect(page.admits(.change, on: field) && page.admits(.blur, on: off))
  }

  @Test func `a value the program assigns is taken by the browser, the echo of typing is not`() throws {
    let input = Input(type: .text)
    let page = PageInstance(Page("/") { input }, key: try #require(PageKey(dashboard: "index")))
    input.enter(value: "typed", by: .viewer)
    #expect(String(decoding: try #require(page.draft()?.items.values.first).head, as: UTF8.self).contains("stamp") == false)

    input.value = ""

    #expect(String(decoding: try #require(page.draft()?.items.values.first).head, as: UTF8.self).contains(#""value":"","stamp":1"#))
  }

  @Test func `an element that a body names is the one on the page, also after the body was made anew`() async throws {
    struct Field: Component {
      @State var count = 0
      var body: Content {
        let (note, input) = (P("wait"), Input(type: .text))
        Label("Name", for: input)
        input
        note
        Button("\(count)").before(show: [note]).on(.click) { count += 1 }
      }
    }
    struct Fields: DashboardApp { var pages: [Page] { Page("/") { Field() } } }
    try await PageTester.load(Fields.self) { page in
      try await page.click(page.first(Button.self))
      try await page.click(page.first(Button.self))

      let instance = page.instance
      var writing = PageWriting()
      for (index, element) in ([page.first(Label.self), page.first(Button.self)] as [HTMLElement?]).enumerated() {
        element?.write(into: &writing, as: ComponentID("x\(index)")!, on: instance)
      }
      let written = writing.items.mapValues { String(decoding: $0.head, as: UTF8.self) }
      #expect(written[ComponentID("x0")!]?.contains(#""for":"m2""#) == true)
      #expect(written[ComponentID("x1")!]?.contains(#""before":{"show":["m3"]}"#) == true)
    }
  }

  @Test func `an address holds its parameters and its query`() {
    #expect(url(for: "/hello/{name}", ["name": "Ada & Bob/é"], query: ["q": "a b"]) == "/hello/Ada%20%26%20Bob%2F%C3%A9?q=a%20b")
    #expect(url(for: "/") == "/")
  }
}
