import DashboardFiles
import DashboardModel
import Foundation
import Testing

struct InsertionsTests {
  private func text(_ value: String) -> JSON? {
    let file = "components:\n  a: { type: text, text: \"\(value)\" }\n"
    return Fixtures.compile(file).0?.components[0].properties["text"]
  }

  @Test(arguments: [
    ("on ${env.HOST}!", "on db one!"), ("${env.NOPE:-a default}", "a default"), ("${env.NOPE:-}", ""),
    ("$${env.HOST}", "${env.HOST}"), ("a $ b $$ {c}", "a $ b $$ {c}"), ("${env.PORT}${env.PORT}", "80808080"),
  ])
  func `an insertion stands where it is written`(written: String, result: String) {
    #expect(text(written) == .string(result))
  }

  @Test func `what is inserted is never read again`() throws {
    let environment = ["A": "x: [y]\n${env.B} \"", "B": "no"]
    let bytes = Array("components: { a: { type: text, text: \"${env.A}\" } }".utf8)

    let (definition, _) = DashboardCompiler(environment: environment).compile(text: bytes, file: "a.yml")

    #expect(definition?.components[0].properties["text"] == .string("x: [y]\n${env.B} \""))
  }

  @Test func `an address escapes what is put inside it, a command takes it as one word`() throws {
    let text = """
      sources:
        a: { type: http, url: "http://x/${env.HOST}?q=$${1}" }
        b: { type: command, run: [echo, "${env.HOST}"] }
        c: { type: counter, start: "${env.PORT}" }
      components: { a: { type: table, from: a }, b: { type: table, from: b }, c: { type: number, from: c } }
      """

    let sources = try #require(Fixtures.compile(text).0).sources

    #expect(sources[0].kind == .http(HTTPRequestDefinition(url: "http://x/db%20one?q=${1}")))
    #expect(sources[1].kind == .command(["echo", "db one"]))
    #expect(sources[2].kind == .counter(start: 8080, step: 1))
  }

  @Test func `a secret comes from its file and reaches no diagnostic and no browser`() throws {
    let text = """
      sources: { a: { type: push, token: "${secret.token}" }, b: { type: http, url: "${secret.token}" } }
      components: { a: { type: table, from: a, note: "${secret.token}" }, b: { type: table, from: b } }
      """
    try Fixtures.withFolder(["token": "canary-77\n", "a.yml": text]) { folder in
      let result = DashboardFolder(path: folder, environment: [:], secretsFolder: folder).load()

      #expect(result.diagnostics.map(\.code) == [.badAddress, .exposedSecret])
      for format in DiagnosticFormat.allCases {
        #expect(!format.render(result.diagnostics, files: 1).contains("canary"))
      }
    }
  }

  @Test func `a secret that is in order reaches the source`() throws {
    let text = "sources: { a: { type: push, token: \"${secret.token}\" } }\ncomponents: { a: { type: table, from: a } }"
    try Fixtures.withFolder(["token": "canary-77\n", "a.yml": text]) { folder in
      let result = DashboardFolder(path: folder, environment: [:], secretsFolder: folder).load()
      let dashboard = try #require(result.dashboards.first)

      #expect(dashboard.sources[0].kind == .push(token: "canary-77", expect: nil))
      #expect(dashboard.secrets == ["canary-77"])
      #expect(!String(decoding: dashboard.pageItem.encoded, as: UTF8.self).contains("canary"))
    }
  }

  @Test func `each place encodes what comes from outside in its own way`() throws {
    let compiler = DashboardCompiler(environment: ["A": "*say* \"hi\" & go", "KEY": "q\"x"])
    func sent(_ body: String) throws -> String? {
      let text = """
        sources: { s: { type: http, method: POST, url: "https://example.com/", body: '\(body)' } }
        components: { c: { type: table, from: s, link: "/other?q=${env.A}" }, m: { type: markdown, text: "Of ${env.A}" } }
        """
      let definition = try #require(compiler.compile(text: Array(text.utf8), file: "a.yml").0)
      #expect(definition.components[0].properties["link"] == "/other?q=%2Asay%2A%20%22hi%22%20%26%20go")
      #expect(definition.components[1].properties["text"] == #"Of \*say\* \"hi\" \& go"#)
      guard case .http(let request) = definition.sources[0].kind else { return nil }
      return request.body
    }

    #expect(try sent(#"{"q": "${env.A}"}"#) == #"{"q": "*say* \"hi\" & go"}"#)
    #expect(try sent(#"["${secret.KEY}"]"#) == #"["q\"x"]"#)
    #expect(try sent("a=1&text=${env.A}") == "a=1&text=%2Asay%2A%20%22hi%22%20%26%20go")
    #expect(try sent("Now ${env.A}") == "Now *say* \"hi\" & go")
  }

  @Test func `options, labels and conditions take insertions`() throws {
    let text = """
      variables:
        a: { type: select, options: ["${env.WORD}", x], default: words }
        b: { type: select, options: { x: "On ${env.HOST}" }, default: x }
      sources: { n: { type: http, url: "https://example.com/?${var.a}${var.b}" } }
      components: { n: { type: number, from: n, levels: { warn: "above ${env.PORT}", bad: "is ${env.HOST}" } } }
      """

    let definition = try #require(Fixtures.compile(text).0)

    #expect(definition.variables.map(\.kind) == [
      .select([.init(value: "words", label: "words"), .init(value: "x", label: "x")]),
      .select([.init(value: "x", label: "On db one")]),
    ])
    #expect(definition.components[0].levels.map(\.condition) == [.equals("db one"), .above(8080)])
  }
}
