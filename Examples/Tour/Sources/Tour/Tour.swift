import Splitflap

/// A page for each thing that Swift pages can do; the browser tests walk through them.
@main struct Tour: DashboardApp {
  @Stored var visits = 0

  var pages: [Page] {
    Page("/", title: "Tour") {
      Nav(classes: "grid sm:grid-cols-2 lg:grid-cols-4 gap-4 p-4") {
        card("answers", "What a handler says to the one who acted")
        card("inputs", "One value in many places; a form as one value")
        card("typing", "What is typed while the page changes")
        card("keys", "Keys with their code and modifiers")
        card("board", "Components of the dashboard kind")
        card("work", "Long work that shows how far it is")
        card("hello", "A page with parameters", url(for: "/hello/{name}", ["name": "Ada & Bob"], query: ["greeting": "Hi"]))
      }
      P("<b>\"text\"</b> stays text 🧮 </script>", classes: "p-4")
      Visits(count: $visits)
    }
    Page("/answers", title: "Answers", transport: .ajax) { Answers() }
    Page("/hello/{name}", query: ["greeting"]) { page in
      let greeting = page["greeting"].isEmpty ? "Hello" : page["greeting"]
      H1("\(greeting), \(page["name"])!", classes: "p-4 text-3xl")
    }
    Page("/inputs", scope: .viewer) { Inputs() }
    Page("/typing", transport: .ajax, reloadInterval: .seconds(1), scope: .viewer) { Typing() }
    Page("/keys") {
      let said = P("press a key", classes: "p-4")
      Div(classes: "p-4") {
        Input(type: .text, name: "key", placeholder: "Any key").on(.keyDown) { event in
          guard let key = event.key else { return }
          let held = key.modifiers.map(\.rawValue).sorted().joined(separator: "+")
          said.text = "\(key.name) \(key.code) [\(held)] \(key.isRepeated)"
        }
      }
      said
    }
    Page("/board", title: "Board") { Board() }
    Page("/work", title: "Work") { Work() }
  }

  var modules: [Module] { [dial] }

  private func card(_ name: String, _ what: String, _ address: String? = nil) -> Element {
    Div(classes: "p-4 rounded-lg border border-slate-200 dark:border-slate-700 bg-white dark:bg-slate-900") {
      A(name, href: address ?? "/\(name)", classes: "text-lg font-semibold")
      P(what, classes: "mt-1 text-slate-600 dark:text-slate-400")
    }
  }
}

struct Visits: Component {
  let count: Binding<Int>

  var body: Content {
    Button("\(count.value) visits", classes: "m-4 px-4 py-2 rounded text-white bg-green-700 hover:bg-green-800")
      .on(.click) { count.value += 1 }
  }
}

/// What a handler can answer the one who acted.
struct Answers: Component {
  @State var said = "nothing yet"

  var body: Content {
    let busy = P("One moment …", classes: "px-4")
    Div(classes: "flex flex-wrap gap-2 p-4") {
      Button("Save").on(.click) { notify("Saved") }
      Button("Fail").on(.click) { throw Problem("Sold out") }
      Button("Break").on(.click) { throw CancellationError() }
      Button("Go").on(.click) { redirect(to: "/hello/you") }
      Button("Rename").on(.click) { event in event.page.title = "Renamed" }
      Button("My tab").on(.click) { showTab(title: "Only mine") }
      Button("Wait").before(text: "Working …", classes: "opacity-50", show: [busy]).on(.click) {
        try await pause(for: .seconds(2))
        said = "waited"
      }
    }
    busy.hidden()
    P(said, classes: "px-4")
  }
}

/// One value in five inputs and three texts.
struct Inputs: Component {
  @State var text = ""

  var body: Content {
    Div(classes: "flex flex-wrap items-center gap-2 p-4") {
      for index in 0..<5 {
        Input(type: .text, name: "i\(index)", attributes: ["aria-label": "Text \(index + 1)"]).bind($text)
      }
      Button("Reset").on(.click) { text = "" }
      for _ in 0..<3 { Div(classes: "text-green-700 dark:text-green-400").bind($text) }
    }
    Form(classes: "flex flex-wrap gap-2 p-4") {
      Input(type: .text, name: "name", placeholder: "Name")
      Input(type: .number, name: "age", placeholder: "Age")
      Button("Sign up", type: .submit)
    }.onSubmit(SignUp.self) { signUp in notify("Welcome, \(signUp.name), \(signUp.age)") }
  }

  struct SignUp: Decodable {
    var name: String
    var age: Int
  }
}

/// What is typed while the page changes, and how often it is told.
struct Typing: Component {
  @State var events = 0
  @State var changes = 0
  @State var count = 0

  var body: Content {
    Div(classes: "flex flex-wrap gap-2 p-4") {
      Input(type: .text, name: "slow", placeholder: "Told when you rest")
        .on(.input, .debounce(.milliseconds(500))) { events += 1 }
      Input(type: .text, name: "late", placeholder: "Told when you leave").on(.change) { changes += 1 }
      Button("Next").on(.click) { count += 1 }
    }
    P("\(events) events, \(changes) changes, \(count)", classes: "px-4")
  }
}

/// Draws itself by a module of its own.
let dial = Module("my-dial", source: """
  export function create(element, definition) {
    const text = document.createElement("output");
    text.dataset.max = definition.max;
    element.append(text);
  }
  export function update(element, value) { element.firstChild.textContent = `dial at ${value.value}`; }
  """)

/// Components of the dashboard kind.
struct Board: Component {
  @State var orders = 42.0

  var body: Content {
    Div(classes: "grid sm:grid-cols-2 lg:grid-cols-3 gap-4 p-4") {
      Number(value: orders, size: .large, levels: [.warn(.above(42))], common: .init(title: "Orders"))
      Gauge(value: orders, max: 100, common: .init(title: "Load"))
      Progress(value: orders, max: 50, common: .init(title: "Goal"))
      Status("passed", common: .init(title: "Build"))
      List(items: [ListItem("Ada", value: "12"), ListItem("Bob", value: "7")], common: .init(title: "Names"))
      Table(rows: [["name": "Ada", "age": "36"]], columns: ["name": "Name", "age": "Age"], common: .init(title: "People"))
    }
    Div(classes: "flex flex-col items-start gap-4 px-4") {
      Drawn("my-dial", ["max": 50], value: orders)
      Button("One more").on(.click) { orders += 1 }
    }
  }
}

/// Long work beside the handler that began it; it shows how far it is.
struct Work: Component {
  @State var done = 0.0
  @State var said = "Nothing imported yet"

  var body: Content {
    Div(classes: "grid gap-4 p-4 max-w-xl") {
      Progress(value: done, max: 20, common: .init(title: "Import"))
      P(said)
      Button("Import", classes: "justify-self-start").on(.click) { begin() }
    }
  }

  private func begin() {
    background("import") {
      for await step in ticks(every: .seconds(0.5)) {
        done = Double(step)
        said = step < 20 ? "Importing …" : "Imported"
        if step >= 20 { return }
      }
    }
  }
}
