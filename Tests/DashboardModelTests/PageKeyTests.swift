import DashboardModel
import Testing

@Suite struct PageKeyTests {
  @Test(arguments: [
    "counter", "shop?region=us", "shop?a=1&b=north%20west", "hello~vvvvvvvvvvvvvvvv", "hello?name=ada~vvvvvvvvvvvvvvvv",
  ])
  func `a key is read as it is written`(text: String) throws {
    #expect(try #require(PageKey(text)).description == text)
  }

  @Test(arguments: [
    "", "?a=1", "Shop", "shop?", "shop?a", "shop?b=1&a=2", "shop?a=1&a=1", "shop?a=x y", "shop?a=%2", "shop?a=%41",
    "shop?A=1", "shop?a=1?b=2", "shop~short", "shop?a=~", "shop?a=1~", "shop?a=%0A", "shop?a=%ff", "shop/eu",
    "shop?a=\(String(repeating: "x", count: 201))",
  ])
  func `what no page can be called is no key`(text: String) {
    #expect(PageKey(text) == nil)
  }

  @Test func `whatever a value holds, its key has one form that is safe in a key and a channel`() throws {
    let odd = ["a": "~?&=:{}%+ /\\\"é😀", "b": ""]

    let parameters = try #require(PageParameters(odd))
    let key = try #require(PageKey(dashboard: "shop", parameters: parameters))

    #expect(parameters.values == odd)
    #expect(PageKey(key.description) == key)
    #expect(key.description.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
    #expect(!parameters.text.contains { "~?:{} ".contains($0) })
  }

  @Test func `the same letters in another composition are another page`() throws {
    let composed = try #require(PageParameters(["a": "\u{E9}"])), decomposed = try #require(PageParameters(["a": "e\u{301}"]))

    #expect(composed != decomposed)
    #expect(composed.text != decomposed.text)
  }

  @Test func `only so much fits into a key`() {
    let long = String(repeating: "%", count: 200)

    #expect(PageParameters(["a": long]) != nil)
    #expect(PageParameters(["a": long, "b": long]) == nil)
    let many = Dictionary(uniqueKeysWithValues: (0..<17).map { ("v\($0)", "1") })
    #expect(PageParameters(many) == nil)
  }
}

@Suite struct PageVariableTests {
  private static let region = PageVariable(
    name: "region", title: "Region", kind: .select([.init(value: "eu", label: "Europe"), .init(value: "us", label: "us")]),
    fallback: "eu")
  private static let word = PageVariable(name: "word", title: "Word", kind: .text(longest: 8), fallback: "")
  private static let size = PageVariable(name: "size", title: "Size", kind: .number(0...10), fallback: "5")

  private func parameters(_ query: [String: String]) -> String? {
    [Self.region, Self.word, Self.size].parameters { query[$0] }?.text
  }

  @Test func `only values that differ from the default count, and only declared names`() {
    #expect(parameters([:]) == "")
    #expect(parameters(["region": "eu", "word": "", "size": "5.0", "other": "x"]) == "")
    #expect(parameters(["size": "7.50", "region": "us", "word": "a b"]) == "region=us&size=7.5&word=a%20b")
  }

  @Test(arguments: [
    ["region": "mars"], ["region": ""], ["word": "much too long"], ["word": "a\u{0}"], ["word": ".."], ["size": "11"],
    ["size": "-1"], ["size": "nan"], ["size": "five"], ["size": ""],
  ])
  func `what a variable cannot be falls back to its default`(query: [String: String]) {
    #expect(parameters(query) == "")
  }

  @Test func `a declaration comes out of its JSON as it went in`() throws {
    for variable in [Self.region, Self.word, Self.size] {
      #expect(PageVariable(name: variable.name, json: variable.json) == variable)
    }
    #expect(Self.region.json["options"] == ["eu", "us"])
    #expect(Self.region.json["labels"] == ["eu": "Europe"])
  }

  @Test func `each place writes a value in its own way`() {
    let values = ["v": "a \"b\"/*c*&"]
    func filled(_ encoding: VariableText.Encoding) -> String {
      VariableText.filled("[\(VariableText.place(of: "v", encoding))]", values)
    }

    #expect(filled(.plain) == "[a \"b\"/*c*&]")
    #expect(filled(.address) == "[a%20%22b%22%2F%2Ac%2A%26]")
    #expect(filled(.json) == #"[a \"b\"/*c*&]"#)
    #expect(filled(.markdown) == #"[a \"b\"\/\*c\*\&]"#)
    #expect(VariableText.names(in: "x\(VariableText.place(of: "v", .plain))y") == ["v"])
    #expect(VariableText.filled(VariableText.clean(VariableText.place(of: "v", .plain)), values).contains("a \"b\"") == false)
  }
}

@Suite struct PageHeaderTests {
  private func header(_ change: (inout DashboardDefinition) -> Void) throws -> PageHeader {
    var definition = DashboardDefinition(name: "shop", title: "Shop")
    change(&definition)
    return try JSON.decode(PageHeader.self, from: definition.pageItem.encoded)
  }

  @Test func `a front reads who may look and act`() throws {
    #expect(try header { _ in }.view == .anyone)
    #expect(try header { _ in }.act == .nobody)
    let guarded = try header { $0.access.view = .roles(["ops", "sales"]); $0.access.act = .roles(["ops"]) }
    #expect(guarded.view == .roles(["ops", "sales"]))
    #expect(!guarded.viewIsOpen && !guarded.actIsOpen)
  }

  @Test func `what a front does not understand lets nobody in`() throws {
    let text = #"{"name":"a","title":"A","transport":"auto","reload_interval":1,"scope":"shared","view":{"new":1},"act":7}"#

    let header = try JSON.decode(PageHeader.self, from: Array(text.utf8))

    #expect(header.view == .nobody && header.act == .nobody)
  }

  @Test func `a front reads the variables, whichever way they come`() throws {
    let variable = PageVariable(name: "name", title: "Name", kind: .text(longest: 20), fallback: "you")
    let read = try header { $0.variables = [variable]; $0.path = ["name"] }

    #expect(read.variables == [variable])
    #expect(read.path == ["name"])
  }
}
