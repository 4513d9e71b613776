import DashboardModel
import PageSync
import TestSupport
import Testing

@testable import Front

/// Which page a URL means, and what becomes of one that cannot be had.
@Suite struct VariableTests {
  private static let shop: [String: String] = ["shop.yml": """
    variables: { region: { type: select, options: [eu, us], default: eu } }
    sources: { n: { type: counter, every: 1h } }
    components: { text: { type: text, text: "In ${var.region}" }, n: { type: number, from: n } }
    """]

  private func text(_ front: TestFront, _ query: String) async throws -> String? {
    try await front.get("/api/pages/shop\(query)").json["components"]?["text"]?["value"]?.text
  }

  @Test func `the query chooses the page, and what it says wrongly does not count`() async throws {
    try await TestFront.run(Self.shop) { front in
      var texts: [String?] = []
      for query in ["", "?region=us", "?region=mars&other=1", "?client=x&region=us&since=5-aa:1"] {
        texts.append(try await text(front, query))
      }

      #expect(texts == ["In eu", "In us", "In eu", "In us"])
    }
  }

  @Test func `the shell says which page it is`() async throws {
    try await TestFront.run(Self.shop) { front in
      let plain = try await front.get("/shop?region=eu"), other = try await front.get("/shop?region=us&x=1")

      #expect(plain.text.contains(#"<meta name="splitflap-parameters" content="">"#))
      #expect(other.text.contains(#"<meta name="splitflap-parameters" content="region=us">"#))
      #expect(try await front.get("/shop/us").status == 404)
    }
  }

  @Test func `a socket follows the page of its address`() async throws {
    try await TestFront.run(Self.shop) { front in
      let socket = try await front.socket("shop", query: "?region=us")

      #expect(try await socket.next()["components"]?["text"]?["value"] == "In us")
    }
  }

  @Test func `one variation too many is refused in words, and the others live on`() async throws {
    let board = "variables: { word: { type: text, default: a } }\ncomponents: { text: { type: text, text: \"${var.word}\" } }\n"
    try await TestFront.run({ $0.limits.firstAnswer = .seconds(10) }, ["board.yml": board]) { front in
      for number in 0..<100 { #expect(try await front.get("/api/pages/board?word=w\(number)").status == 200) }

      let refused = try await front.get("/api/pages/board?word=more")
      #expect(refused.status == 503)
      #expect(refused.json["error"]?["code"] == "too_many")
      let shell = try await front.get("/board?word=more")
      #expect(shell.status == 503)
      #expect(shell.text.contains("Too many variations"))
      #expect(try await front.get("/api/pages/board?word=w5").status == 200)
    }
  }

  @Test(arguments: ["/guarded", "/api/pages/guarded"])
  func `a page for roles is for nobody who has not signed in`(path: String) async throws {
    try await TestFront.run { front in
      let producer = try await ManualProducer(front.backplane, page: "guarded")
      try await producer.begin { $0.access.view = .roles(["ops"]) }

      let answer = try await front.get(path)

      #expect(answer.status == 403)
      #expect(!answer.text.contains("\"type\":\"full\""))
    }
  }

  @Test func `a segment of the path is a variable's value where the page says so`() async throws {
    try await TestFront.run { front in
      let producer = try await ManualProducer(front.backplane, page: "hello")
      try await producer.begin {
        $0.variables = [PageVariable(name: "name", title: "Name", kind: .text(longest: 40), fallback: "you")]
        $0.path = ["name"]
      }
      async let shell = front.get("/hello/ada%20l")
      try await producer.open("hello?name=ada%20l")

      #expect(try await shell.status == 200)
      #expect(try await shell.text.contains(#"content="name=ada%20l""#))
      #expect(try await shell.text.contains(#"src="../assets/"#))
      #expect(try await front.get("/hello/ada/x").status == 404)
      #expect(try await front.get("/api/pages/hello?name=ada%20l").status == 200)
    }
  }
}
