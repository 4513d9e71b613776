import Foundation
import Splitflap

/// Pages for the scenarios that browsers and raw clients go through (Tests/Browser/test_swift_scenarios.py).
@main struct Scenarios: DashboardApp {
  @Stored var count = 500
  @Stored var visits: [String: Int] = [:]
  @Stored var clicks: [String: Int] = [:]
  @Stored var goodEnds = 0

  var pages: [Page] {
    Page("/", title: "Count", transport: .ajax, reloadInterval: .seconds(0.25)) { Shown(count: $count) }
    Page("/still", title: "Still", transport: .ajax, reloadInterval: .seconds(0.25)) { tabButtons() }
    Page("/elsewhere") { H1("Elsewhere") }
    Page("/together", transport: .ajax, reloadInterval: .seconds(0.25)) { Clicks() }
    Page("/mine", scope: .viewer) { Clicks() }
    Page("/hellos", transport: .ajax, scope: .viewer) { for _ in 0..<10 { Clicks() } }
    // The same by another word.
    Page("/hellos-by-socket", transport: .websocket, scope: .viewer) { for _ in 0..<10 { Clicks() } }
    Page("/titles", title: "</script><b>\"'& 🧮") { H1("</title></script><b>\"'& 🧮") }
    // Asks so seldom that only an answer can bring what changed.
    Page("/seldom", transport: .ajax, reloadInterval: .seconds(60)) { Removed() }
    Page("/session", transport: .ajax, scope: .viewer) { page in
      let _ = visits[page.session ?? "", default: 0] += 1
      Session(name: page.session ?? "", visits: $visits, clicks: $clicks)
    }
    Page("/removed", transport: .ajax, scope: .viewer) { Removed() }
    Page("/after", transport: .ajax) { After() }
    Page("/table", transport: .ajax, reloadInterval: .seconds(0.25)) { Rows(count: $count) }
    Page("/timing", scope: .viewer) { Timing() }
    Page("/echo/{name}", query: ["word"]) { page in
      H1("\(page["name"]), \(page["word"])")
      A("onwards", href: url(for: "/echo/{name}", ["name": "a b&c?"], query: ["word": "ü&x"]))
    }
    Page("/keys", scope: .viewer) { page in
      let said = P("press a key", classes: "said")
      page.on(.keyDown, .keys("n", "ArrowRight")) { event in
        let held = event.modifiers.map(\.rawValue).sorted().joined(separator: "+")
        said.text += " \(event.key?.name ?? "") \(event.key?.code ?? "") [\(held)] \(event.key?.isRepeated ?? false)"
      }
      Input(type: .text, name: "field")
      said
    }
    Page("/files") {
      Number(from: source("orders.count"), common: .init(title: "Orders"))
      Button("Again").on(.click) { source("orders").refresh() }
    }
    Page("/rough") { Rough() }
    Page("/frames", scope: .viewer) {
      let number = Number(value: 1)
      let _ = number.on(.click) { number.value += 1 }
      number
      Button("Hide").on(.click) { number.show = false }
      Button("Sign").on(.click) { showTab(favicon: "🧮") }
    }
    Page("/guarded", view: ["ops", "sales"], act: ["ops"]) { Who() }
    Page("/not-found", title: "Lost") { H1("Nothing here, try the start") }
  }

  var sources: [Source] {
    Source("PodWatcher") { Pods(count: count, names: ["web", "</script>"]) }
    Source("Broken") { () -> Int in throw Problem("no pods here") }
  }

  func startup() async throws {
    say("started at \(count)")
    say("ended well \(goodEnds) times")
    background("count") {
      for await _ in ticks(every: .seconds(1)) { count += 1 }
    }
  }

  func shutdown() async {
    say("shut down at \(count)")
    try? await Task.sleep(for: .milliseconds(200))
    goodEnds += 1
  }

  // Standard output would keep it back while it is a pipe.
  private func say(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data("\(text)\n".utf8)) }

  private func tabButtons() -> Content {
    @ContentBuilder func content() -> Content {
      P("nothing changes here")
      Button("Title").on(.click) { event in event.page.title = "\"Renamed\" <b>🧮</b>" }
      Button("Sign").on(.click) { event in event.page.favicon = "🚀" }
      Button("Move all").on(.click) { event in event.page.redirect = "/elsewhere" }
    }
    return content()
  }
}

/// What a definition file sees of the program.
struct Pods: Encodable {
  var count: Int
  var names: [String]
}

struct Shown: Component {
  let count: Binding<Int>
  var body: Content { P("\(count.value)", classes: "count") }
}

struct Clicks: Component {
  @State var clicks = 0
  var body: Content { Button("clicked \(clicks)").on(.click) { clicks += 1 } }
}

/// What a browser did, over all its tabs.
struct Session: Component {
  let name: String
  let visits: Binding<[String: Int]>
  let clicks: Binding<[String: Int]>

  var body: Content {
    P("\(visits.value[name] ?? 0) visits, \(clicks.value[name] ?? 0) clicks", classes: "told")
    Button("Click").on(.click) { event in clicks.value[event.viewer.session, default: 0] += 1 }
  }
}

struct Removed: Component {
  @State var isThere = true
  @State var presses = 0

  var body: Content {
    P("pressed \(presses)")
    if isThere { Button("Target").on(.click) { presses += 1 } }
    Button("Remove").on(.click) { isThere = false }
  }
}

/// A notice from the click to the next update.
struct After: Component {
  @State var done = 0

  var body: Content {
    let notice = P("saving …", classes: "notice")
    Button("Save").before(show: [notice]).on(.click) {
      try await pause(for: .seconds(1))
      done += 1
    }
    notice.hidden()
    P("saved \(done)")
  }
}

struct Rows: Component {
  let count: Binding<Int>

  var body: Content {
    Table(
      rows: [["name": "Ada", "n": "1"], ["name": "Bob", "n": "\(count.value)"]], columns: ["name": "Name", "n": "Number"])
  }
}

struct Timing: Component {
  @State var throttled = 0
  @State var changed = 0

  var body: Content {
    Input(type: .text, name: "throttled").on(.input, .throttle(.milliseconds(500))) { throttled += 1 }
    Input(type: .text, name: "changed").on(.change) { changed += 1 }
    P("\(throttled) throttled, \(changed) changed", classes: "told")
  }
}

/// Handlers as they must not be, for the drills F38s and F39s (Tests/Chaos/faults_of_swift.py).
struct Rough: Component {
  @State var fine = 0

  var body: Content {
    Button("Fine \(fine)").on(.click) { fine += 1 }
    Button("Loop").on(.click) {
      // Takes no notice of being given up, but lets others have their turn.
      while true { try? await Task.sleep(for: .milliseconds(20)) }
    }
    Button("Block").on(.click) {
      var turns = 0
      while turns >= 0 { turns = (turns + 1) % 1000 }
      fine = turns
    }
    Button("Crash").on(.click) {
      let nothing: [Int] = []
      fine = nothing[fine]
    }
  }
}

/// Roles by the users file.
struct Who: Component {
  @State var said = "nobody yet"

  var body: Content {
    P(said, classes: "said")
    Button("Act").on(.click) { event in said = event.viewer.roles.sorted().joined(separator: " ") }
  }
}
