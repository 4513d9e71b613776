import DashboardModel
import Foundation
import Testing

@testable import DashboardFiles

/// What `splitflap print`, `new` and `schema` write.
struct PrintTests {
  private let text = """
    sources:
      a:
        type: http
        url: "https://api.example/x?api_key=canary-1&page=2&t=${secret.T}"
        method: POST
        headers: { Authorization: Bearer canary-2, X-Api-Key: "${secret.T}", Accept: text/csv }
        body: canary-3
      b: { type: push, token: canary-4 }
      c: { type: push, token: "${secret.T:-canary-5}" }
      d: { type: redis, command: [GET, x], url: "redis://user:canary-6@db:6379" }
      e: { type: command, run: [psql, --password=canary-7, --host=db] }
    components: { t: { type: line, from: { a: a, b: b, c: c, d: d, e: e } } }
    """

  @Test(arguments: PrintFormat.allCases) func `secrets are hidden, the rest is shown`(format: PrintFormat) throws {
    try Fixtures.withFolder(["shop.yml": text]) { path in
      let folder = DashboardFolder(path: path, environment: ["T": "canary-8"])

      let printed = try #require(folder.printed("shop", as: format))

      #expect(printed.diagnostics.map(\.code) == Array(repeating: .secretInClear, count: 6))
      let text = try #require(printed.text)
      #expect(!text.contains("canary"), "\(text)")
      for shown in ["page=2", "${secret.T}", "text/csv", "--host=db", "redis://user:(hidden)@db:6379"] {
        #expect(text.contains(shown), "\(text)")
      }
    }
  }

  @Test func `words in clear are hidden wherever a program, Redis or a server takes a secret`() throws {
    let text = """
      sources:
        a: { type: command, run: [psql, --password, canary-1, -h, db, "--token=${env.T:-canary-2}"] }
        b: { type: redis, command: [AUTH, user, canary-3], url: "redis://u:${env.P:-canary-4}@db" }
        c: { type: redis, command: [CONFIG, SET, requirepass, canary-5] }
        d: { type: push, token: "${env.T:-canary-6}" }
        e: { type: http, url: "https://x.example/${env.PAGE:-first}?key=${env.T:-canary-7}" }
      components:
        t: { type: line, from: { a: a, b: b, c: c, d: d, e: e }, note: "${env.API_KEY:-canary-8}" }
        i: { type: image, url: "https://x.example/a.png?token=canary-9&size=2" }
      """
    try Fixtures.withFolder(["shop.yml": text]) { path in
      let printed = try #require(DashboardFolder(path: path).printed("shop", as: .yaml)?.text)

      #expect(!printed.contains("canary"), "\(printed)")
      for shown in ["-h", "db", "CONFIG", "requirepass", "${env.PAGE:-first}", "size=2", "${env.T:-(hidden)}"] {
        #expect(printed.contains(shown), "\(printed)")
      }
    }
  }

  @Test func `json has numbers and switches as such`() throws {
    let text = "reload_interval: 2.5\ncomponents: { a: { type: clock, seconds: false, title: \"5\", note: no } }\n"
    try Fixtures.withFolder(["a.yml": text]) { path in
      let printed = try #require(DashboardFolder(path: path).printed("a", as: .json)?.text)

      let clock: JSON = ["type": "clock", "seconds": false, "title": "5", "note": "no"]
      #expect(try JSON(decoding: Array(printed.utf8)) == ["reload_interval": 2.5, "components": ["a": clock]])
    }
  }

  @Test func `a broken dashboard prints its mistakes, an unknown one nothing`() throws {
    try Fixtures.withFolder(["a.yml": "titel: x\n"]) { path in
      let folder = DashboardFolder(path: path)

      #expect(folder.printed("a", as: .yaml)?.text == nil)
      #expect(folder.printed("a", as: .yaml)?.diagnostics.first?.code == .unknownOption)
      #expect(folder.printed("b", as: .yaml) == nil)
      #expect(folder.dashboardNames == ["a"])
    }
  }

  @Test(arguments: ["shop", "a-b_c", "2024", "x"]) func `a new dashboard compiles without a word`(name: String) {
    let (definition, diagnostics) = Fixtures.compile(DashboardScaffold.text(name: name), file: "\(name).yml")

    #expect(diagnostics.map { $0.render() } == [])
    #expect(definition?.sources.allSatisfy { source in
      switch source.kind {
      case .counter, .clock, .system: true
      default: false
      }
    } == true)
  }

  @Test func `the reference of all settings is up to date`() throws {
    let file = Fixtures.root.appending(path: "docs/settings.md")
    if ProcessInfo.processInfo.environment["SPLITFLAP_REWRITE_EXPECTED"] != nil {
      try Data(Settings.reference.utf8).write(to: file)
    }

    #expect(String(decoding: try Fixtures.bytes(file), as: UTF8.self) == Settings.reference)
  }
}
