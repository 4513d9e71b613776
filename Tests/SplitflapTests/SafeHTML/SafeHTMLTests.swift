import DashboardModel
import Foundation
import Testing

@testable import Splitflap

@Suite struct SafeHTMLTests {
  private func kept(_ text: String) -> String { String(decoding: SafeHTML(text).nodes.encoded, as: UTF8.self) }

  @Test(arguments: [
    ("plain & simple", #"["plain & simple"]"#),
    ("<b>Hi</b> there", #"[{"tag":"b","children":["Hi"]}," there"]"#),
    ("1 < 2 and <3", #"["1 < 2 and <3"]"#),
    ("a<br>b<BR/>c", #"["a",{"tag":"br"},"b",{"tag":"br"},"c"]"#),
    ("<p>one<p>two", #"[{"tag":"p","children":["one"]},{"tag":"p","children":["two"]}]"#),
    ("<ul><li>a<li>b</ul>", #"[{"tag":"ul","children":[{"tag":"li","children":["a"]},{"tag":"li","children":["b"]}]}]"#),
    ("<font>x</font></b>y", #"["xy"]"#),
    ("&lt;b&gt; &#65;&#x42; &euro; &nope; &", ##"["<b> AB € &nope; &"]"##),
    (#"<a href="https://x.example/?a=1&amp;b" onclick=x>go</a>"#, #"[{"tag":"a","href":"https://x.example/?a=1&b","children":["go"]}]"#),
    ("<img src=https://x.example/a.png alt=Cat>", #"["Cat"]"#),
    ("<td colspan=2 align=right>x", #"[{"tag":"td","colspan":2,"align":"right","children":["x"]}]"#),
    ("a<!-- <b>no</b> -->b<!doctype x>c", #"["abc"]"#),
    ("<script>alert(1)</script><style>*{}</style>x", #"["x"]"#),
    ("<svg><a href=javascript:x>y</a></svg>z", #"["z"]"#),
  ])
  func `a fragment keeps what is allowed`(text: String, nodes: String) {
    #expect(kept(text) == nodes)
  }

  @Test func `an end tag closes what is open inside it`() {
    #expect(kept("<b><i>x</b>y") == #"[{"tag":"b","children":[{"tag":"i","children":["x"]}]},"y"]"#)
  }

  @Test func `ten thousand open tags cost no stack`() {
    let nodes = SafeHTML(String(repeating: "<b>", count: 10_000) + "deep").nodes

    // The item around it nests two levels more, and a store message 32 at most.
    #expect(nodes.depth <= 30)
  }

  @Test func `more parts than allowed end in an ellipsis`() {
    let nodes = SafeHTML(String(repeating: "<br>", count: 6000)).nodes

    #expect(nodes.elements?.count == SafeHTML.nodeLimit + 1 && nodes.elements?.last == "…")
  }

  @Test(arguments: Payloads.all) func `nothing of an attack is left`(payload: String) {
    for element in SafeHTML(payload).nodes.allElements {
      #expect(HTMLAllowance.tags.contains(element["tag"]?.text ?? ""))
      #expect(element.memberNames.isSubset(of: ["tag", "children", "title", "href", "src", "alt", "start", "colspan", "rowspan", "align", "open"]))
      for name in ["href", "src"] {
        let address = element[name]?.text ?? ""
        #expect(address.firstMatch(of: /(?i)^\s*(javascript|data:text|vbscript|blob|file)|^[\s\\]*[\/\\]{2}/) == nil)
      }
    }
  }

  @Test(arguments: Payloads.all) func `what was kept, written as HTML, is kept whole`(payload: String) {
    let once = SafeHTML(payload).nodes

    #expect(SafeHTML(once.html).nodes == once)
  }

  @Test func `the fragments that the browser's tests draw are these`() throws {
    let kept = Payloads.all.map { String(decoding: SafeHTML($0).nodes.encoded, as: UTF8.self) }
    let written = "[\n\(kept.joined(separator: ",\n"))\n]\n"
    let file = Payloads.folder.appending(path: "fragments.json")

    if ProcessInfo.processInfo.environment["SPLITFLAP_WRITE_FIXTURES"] != nil {
      try Data(written.utf8).write(to: file)
    }

    #expect(try String(contentsOf: file, encoding: .utf8) == written)
  }

  @Test func `random bytes are taken without harm`() {
    var random = SystemRandomNumberGenerator()
    let alphabet = Array("<>/=\"'&;!- abpsx\u{0}\n#".unicodeScalars)
    for _ in 0..<2000 {
      var text = String.UnicodeScalarView()
      for _ in 0..<60 { text.append(alphabet.randomElement(using: &random) ?? " ") }
      #expect(SafeHTML(String(text)).nodes.elements != nil)
    }
  }
}

/// The attacks that the browser's tests use too.
enum Payloads {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fixtures/elements").standardized

  static let all: [String] = {
    let texts = (try? JSON(decoding: Data(contentsOf: folder.appending(path: "payloads.json"))))?.elements?.compactMap(\.text) ?? []
    precondition(texts.count >= 100, "Tests/Fixtures/elements/payloads.json is missing or short")
    return texts
  }()
}

extension JSON {
  fileprivate var depth: Int { JSON.depth(of: encoded, limit: 1000) }

  fileprivate var memberNames: Set<String> {
    if case .object(let members) = self { Set(members.list.map(\.name)) } else { [] }
  }

  fileprivate var allElements: [JSON] {
    switch self {
    case .array(let parts): parts.flatMap(\.allElements)
    case .object: [self] + (self["children"]?.allElements ?? [])
    default: []
    }
  }

  /// As a careful program would write it.
  fileprivate var html: String {
    switch self {
    case .string(let text):
      return text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    case .array(let parts): return parts.map(\.html).joined()
    case .object(let members):
      let tag = self["tag"]?.text ?? ""
      let attributes = members.list.filter { $0.name != "tag" && $0.name != "children" }.map { member in
        let text = member.value.text ?? member.value.double.map { "\(Int($0))" } ?? ""
        return " \(member.name)=\"\(text.replacing("&", with: "&amp;").replacing("\"", with: "&quot;"))\""
      }
      let children = self["children"].map { "\($0.html)</\(tag)>" } ?? ""
      return "<\(tag)\(attributes.joined())>\(children)"
    default: return ""
    }
  }
}
