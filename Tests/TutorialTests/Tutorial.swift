// The code of docs/swift-dashboards.md, checked by TutorialTests: change it there, then run the tests with
// SPLITFLAP_REWRITE_EXPECTED=1.
import Splitflap
import Testing


let count = Div(classes: "text-center m-4 p-4 text-white bg-blue-500", style: "font-size: min(200px, 30vw)")

struct MyBoard: DashboardApp {
  var pages: [Page] { Page("/", transport: .ajax, reloadInterval: .seconds(2.5)) { count } }

  func startup() async throws {
    background("counter") {
      for await n in ticks(every: .seconds(1), from: 501) { count.text = "\(n)" }
    }
  }
}

struct Pages: DashboardApp {
  var pages: [Page] {
    Page("/", title: "Start", favicon: "🧮") { H1("For everybody", classes: "p-4 text-3xl") }
    Page("/mine", scope: .viewer) { P("A page for each browser tab") }
    Page("/hello/{name}", query: ["greeting"]) { page in
      H1("\(page["greeting"]) \(page["name"])")
      A("Another", href: url(for: "/hello/{name}", ["name": "Ada"], query: ["greeting": "Hi"]))
    }
  }
}

struct Operations: DashboardApp {
  @Stored var alarms = 0

  var pages: [Page] {
    Page("/alarms", view: ["ops", "sales"], act: ["ops"]) { page in
      let said = P("\(alarms) alarms")
      page.on(.keyDown, .keys("n")) { event in
        alarms += 1
        said.text = "\(alarms) alarms, by \(event.viewer.roles.contains("chief") ? "the chief" : "somebody")"
      }
      said
    }
    Page("/not-found", title: "Lost") { A("Back to the alarms", href: "/alarms") }
  }
}

@MainActor func elements() {
  let list = Ul(classes: "list-disc pl-8") {
    Li("one")
    for name in ["two", "three"] { Li(name).key(name) }
  }
  list.add(Li("four"))
  list.insert(at: 0) { Li("zero") }
  list.remove(list.children[1])

  let note = P("Careful", style: [.color: "red", .fontSize: "20px"], attributes: ["title": "A note"])
  note.show = false
  note.style[.color] = "green"
  note.html = SafeHTML("<b>bold</b> <script>gone</script>")
}

struct Hello: Component {
  @State var clicks = 0

  var body: Content {
    Div("Hello! I was clicked \(clicks) times", classes: "m-2 p-4 bg-blue-500 hover:bg-blue-700").on(.click) { clicks += 1 }
  }
}

struct Todo: Component {
  @State var items = ["Milk", "Bread"]

  var body: Content {
    for item in items {
      Div(classes: "flex gap-2") {
        P(item)
        Button("Done").on(.click) { items.removeAll { $0 == item } }
      }.key(item)
    }
    if items.isEmpty { P("All done") }
  }
}

struct Order: Component {
  @State var said = ""

  var body: Content {
    Button("Buy").before(text: "One moment …", disabled: true).on(.click) { event in
      try await pause(for: .seconds(2))
      guard said.isEmpty else { throw Problem("You have one already") }
      said = "Bought by \(event.viewer.session)"
      notify("Thank you")
    }
    Input(type: .search).on(.input, .debounce(.milliseconds(300))) { event in said = "Looking for \(event.value)" }
    Input(type: .text).on(.keyDown, .keys("Enter", "Escape")) { event in said = event.key?.code ?? "" }
    P(said)
  }
}

struct SignUp: Decodable {
  var name: String
  var age: Int?
  var agrees: Bool
}

struct Inputs: Component {
  @State var name = ""
  @State var isOpen = true

  var body: Content {
    Input(type: .text, name: "name").bind($name)
    H2("Hello, \(name)")
    Input(type: .checkbox).bind(isChecked: $isOpen)
    Form {
      Input(type: .text, name: "name", placeholder: "Name")
      Input(type: .number, name: "age")
      Input(type: .checkbox, name: "agrees")
      Button("Sign up", type: .submit)
    }.onSubmit(SignUp.self) { signUp in notify("Welcome, \(signUp.name)") }
  }
}

struct Shop: DashboardApp {
  @Stored var orders = 500

  var pages: [Page] {
    Page("/") {
      Orders(count: $orders)
      TaskList()
    }
  }

  func startup() async throws {
    background("orders") {
      for await _ in ticks(every: .seconds(10)) { orders += 1 }
    }
  }
}

struct Orders: Component {
  let count: Binding<Int>
  var body: Content { Number(value: Double(count.value), format: "number", common: .init(title: "Orders")) }
}

struct Mixed: DashboardApp {
  var pages: [Page] {
    Page("/board") {
      let load = LineChart("user", "system", style: .area, common: .init(title: "Load"))
      load
      Number(from: source("orders.count"), levels: [.warn(.above(200))], common: .init(title: "Orders"))
      Button("Measure").on(.click) { load.add(12, 3) }
      Button("Begin anew").on(.click) { load.reset() }
      Button("Count again").on(.click) { source("orders").refresh() }
    }
  }

  var sources: [Source] {
    Source("PodWatcher") { [["name": "web", "state": "running"]] }
  }
}

struct Dials: DashboardApp {
  var pages: [Page] { Page("/") { Drawn("my-dial", ["max": 10], value: 3) } }
  var modules: [Module] {
    [Module("my-dial", source: """
      export function create(element, definition) { element.append(document.createElement("output")); }
      export function update(element, { value }) { element.firstChild.textContent = `${value}`; }
      """)]
  }
}



@Test @MainActor func `a hello counts its clicks`() async throws {
  struct App: DashboardApp {
    var pages: [Page] { Page("/", scope: .viewer) { Hello() } }
  }
  try await PageTester.load(App.self) { page in
    try await page.click(page.first(Div.self))
    await page.advance(by: .seconds(10))
    await page.restart()

    #expect(page.first(Div.self)?.text == "Hello! I was clicked 1 times")
  }
}
