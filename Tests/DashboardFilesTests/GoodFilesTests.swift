import DashboardFiles
import DashboardModel
import Testing

/// What good files compile to.
struct GoodFilesTests {
  private func dashboard(_ text: String) throws -> DashboardDefinition {
    let (definition, diagnostics) = Fixtures.compile(text)
    #expect(diagnostics.map { $0.render() } == [])
    return try #require(definition)
  }

  private func source(_ options: String) throws -> SourceDefinition {
    let text = "sources:\n  s: \(options)\ncomponents: { t: { type: table, from: s } }\n"
    return try #require(try dashboard(text).sources.first)
  }

  private func component(_ options: String) throws -> ComponentDefinition {
    let text = "sources: { n: { type: counter } }\ncomponents:\n  my-one: \(options)\n  z: { type: number, from: n }\n"
    return try #require(try dashboard(text).components.first)
  }

  @Test func `a smallest file has all defaults`() throws {
    let dashboard = try dashboard("components: { hi: { type: hello } }")

    #expect(dashboard.name == "test")
    #expect(dashboard.title == "Test")
    #expect(dashboard.transport == .auto)
    #expect(dashboard.reloadInterval == 2.5)
    #expect(dashboard.theme == nil && dashboard.layout == nil && dashboard.thumbnail == nil)
    #expect(dashboard.scope == .shared)
    #expect(dashboard.access.viewIsOpen && !dashboard.access.actIsOpen)
  }

  @Test(arguments: ["access: { view: anyone, act: anyone }", "act: anyone", "view: anyone\nact: anyone"])
  func `access may be written either way`(text: String) throws {
    #expect(try dashboard("\(text)\ncomponents: { hi: { type: hello } }").access.actIsOpen)
  }

  @Test func `words that other YAML readers turn into values stay text`() throws {
    let dashboard = try dashboard(
      "title: no\ncomponents: { a: { type: text, text: 1.10 }, b: { type: text, text: on } }")

    #expect(dashboard.title == "no")
    #expect(dashboard.components[0].properties["text"] == "1.10")
    #expect(dashboard.components[1].properties["text"] == "on")
  }

  @Test func `a layout is its words, and a dot is a gap`() throws {
    let dashboard = try dashboard(
      "layout: |\n\n  a a .\n  a a b\n\ncomponents: { a: { type: hello }, b: { type: hello } }")
    let (a, b) = (ComponentID("a"), ComponentID("b"))

    #expect(dashboard.layout == [[a, a, nil], [a, a, b]])
  }

  @Test func `a layout of one row may stand in one line`() throws {
    let dashboard = try dashboard("layout: a b\ncomponents: { a: { type: hello }, b: { type: hello } }")

    #expect(dashboard.layout == [[ComponentID("a"), ComponentID("b")]])
  }

  // MARK: Sources

  @Test func `every source type compiles`() throws {
    #expect(try source("{ type: counter, start: -5, step: 2.5 }").kind == .counter(start: -5, step: 2.5))
    #expect(try source("{ type: clock }").kind == .clock(timezone: nil))
    #expect(try source("{ type: clock, timezone: Asia/Tokyo }").kind == .clock(timezone: "Asia/Tokyo"))
    #expect(try source("{ type: system, disk: /srv }").kind == .system(disk: "/srv"))
    #expect(try source("{ type: command, run: [df, -h, 5] }").kind == .command(["df", "-h", "5"]))
    #expect(try source("{ type: file, path: data/a.csv }").kind == .file(path: "data/a.csv", format: .csv))
    #expect(try source("{ type: file, path: a.jsonl }").kind == .file(path: "a.jsonl", format: .ndjson))
    #expect(try source("{ type: file, path: a.log, format: json }").kind == .file(path: "a.log", format: .json))
    #expect(try source("{ type: redis, command: [LLEN, jobs] }").kind == .redis(command: ["LLEN", "jobs"], url: nil))
    #expect(try source("{ type: push, token: \"${secret.API_TOKEN}\", expect: every 15m }").kind
      == .push(token: "canary-5d1f", expect: 900))
    #expect(try source("{ type: push, token: \"${secret.API_TOKEN}\" }").every == 0)
    #expect(try source("{ type: dashboards }").kind == .dashboards)
  }

  @Test func `an http source has its request`() throws {
    let source = try source(
      "{ type: http, url: \"https://x.example:8443/a?b=c\", method: POST, headers: { X-A: b }, body: hi, "
        + "every: 5m, timeout: 500ms }")

    var request = HTTPRequestDefinition(url: "https://x.example:8443/a?b=c", method: "POST")
    request.headers = [.init(name: "X-A", value: "b")]
    request.body = "hi"
    #expect(source.kind == .http(request))
    #expect(source.every == 300 && source.timeout == 0.5)
  }

  @Test func `pick is one program or one per field`() throws {
    let whole = try source("{ type: http, url: \"http://x\", pick: \".items[:20]\" }")
    let fields = try source("{ type: http, url: \"http://x\", pick: { b: .y, a: '.x | {env, input: 1}' } }")

    #expect(whole.pickWhole == ".items[:20]" && whole.pick.isEmpty)
    #expect(fields.pickWhole == nil)
    #expect(fields.pick.map(\.field) == ["b", "a"])
  }

  @Test(arguments: [("250ms", 0.25), ("10s", 10), ("5m", 300), ("6h", 21_600), ("1d", 86_400), ("3", 3), ("2.5s", 2.5)])
  func `a duration is seconds`(text: String, seconds: Double) throws {
    #expect(try source("{ type: counter, every: \(text) }").every == seconds)
  }

  // MARK: Components

  @Test func `properties have defaults and stand in the reference's order`() throws {
    let number = try component("{ sparkline: 5m, type: number, from: n, unit: pieces }")

    #expect(number.properties.list.map(\.name) == ["title", "format", "unit", "size", "sparkline"])
    #expect(number.properties["title"] == "My one")
    #expect(number.properties["sparkline"] == 300)
    #expect(number.properties["size"] == "normal")
  }

  @Test func `bindings, levels, action and stale stand apart from properties`() throws {
    let gauge = try component(
      "{ type: gauge, from: n, stale: 20m, levels: { warn: above 2, bad: [above 4 for 2m, missing] } }")

    #expect(gauge.bindings == [Binding(source: "n")])
    #expect(gauge.stale == 1200)
    #expect(gauge.levels == [
      LevelRule(level: .bad, condition: .above(4), hold: 120), LevelRule(level: .bad, condition: .missing),
      LevelRule(level: .warn, condition: .above(2)),
    ])
    #expect(gauge.properties.list.map(\.name) == ["title", "min", "max"])
  }

  @Test(arguments: [
    ("below 3", LevelRule.Condition.below(3)), ("between -1 and 7.5", .between(-1, 7.5)),
    ("is not ready", .equals("not ready")),
    ("is waiting for 5m", .equals("waiting")), ("missing", .missing),
  ])
  func `a level's condition is words`(text: String, condition: LevelRule.Condition) throws {
    #expect(try component("{ type: status, from: n, levels: { bad: \(text) } }").levels.first?.condition == condition)
  }

  @Test func `a line has curves and names them when there are several`() throws {
    let one = try component("{ type: line, from: n }")
    let two = try component("{ type: line, from: { A: n, B: n }, window: 1h }")

    #expect(one.properties["legend"] == false && two.properties["legend"] == true)
    #expect(two.bindings == [Binding(source: "n", label: "A"), Binding(source: "n", label: "B")])
    #expect(two.properties["window"] == 3600)
  }

  @Test func `columns are always a map`() throws {
    let list = try component("{ type: table, from: n, columns: [mount, used_bytes] }")
    let map = try component("{ type: table, from: n, columns: { b: Bee, a: \"\" } }")

    #expect(list.properties["columns"] == ["mount": "Mount", "used_bytes": "Used bytes"])
    #expect(map.properties["columns"] == ["b": "Bee", "a": ""])
  }

  @Test func `a button does one of three things`() throws {
    #expect(try component("{ type: button, action: { refresh: n } }").action == .refresh(source: "n"))
    #expect(try component("{ type: button, action: { add: -2, to: n } }").action == .add(-2, source: "n"))
    #expect(try component("{ type: button, action: { to: n, add: 0.5 } }").action == .add(0.5, source: "n"))
    #expect(try component("{ type: button, action: { reset: n } }").action == .reset(source: "n"))
    #expect(try component("{ type: button, action: { reset: n } }").properties["text"] == "My one")
  }

  @Test func `an image by address is fetched every five minutes`() throws {
    #expect(try component("{ type: image, url: \"http://x/a.png\" }").properties["every"] == 300)
    #expect(try component("{ type: image, path: a.png }").properties["every"] == nil)
  }

  @Test(arguments: ["/machine", "machine?x=1:2", "#top", "https://x.example/a", "mailto:a@b.example", "?a=b"])
  func `a link may be relative`(link: String) throws {
    #expect(try component("{ type: hello, link: \"\(link)\" }").properties["link"] == .string(link))
  }

  @Test func `an alias stands for the anchored value`() throws {
    let text = "components:\n  a: &a { type: hello, note: x }\n  b: *a\n"

    #expect(try dashboard(text).components.map { $0.properties["note"] } == ["x", "x"])
  }

  @Test func `a byte order mark and Windows line ends do not matter`() throws {
    let text = "\u{FEFF}title: A\r\nlayout: |\r\n  a .\r\n  a .\r\ncomponents:\r\n  a: { type: hello }\r\n"

    #expect(try dashboard(text).layout?.count == 2)
  }

  @Test func `the title may hold any characters`() throws {
    #expect(try dashboard("title: \"</script> & 'x' \\u2028 😀\"\ncomponents: { a: { type: hello } }").title
      == "</script> & 'x' \u{2028} 😀")
  }
}
