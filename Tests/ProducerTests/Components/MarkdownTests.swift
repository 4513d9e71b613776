import DashboardModel
import Testing

@testable import Producer

struct MarkdownTests {
  private func tree(_ text: String) throws -> String {
    String(decoding: try Markdown.nodes(text).encoded, as: UTF8.self)
  }

  @Test(arguments: [
    (
      "**Bold** and `x`",
      #"[{"tag":"p","children":[{"tag":"strong","children":["Bold"]}," and ",{"tag":"code","children":["x"]}]}]"#
    ),
    ("# A\n\n---", #"[{"tag":"h1","children":["A"]},{"tag":"hr"}]"#),
    ("~~old~~", #"[{"tag":"p","children":[{"tag":"del","children":["old"]}]}]"#),
    (
      "3. a\n4. b",
      #"[{"tag":"ol","start":3,"children":[{"tag":"li","children":["a"]},{"tag":"li","children":["b"]}]}]"#
    ),
    (
      "- [x] done",
      #"[{"tag":"ul","children":[{"tag":"li","children":[{"tag":"input","checked":true}," ","done"]}]}]"#
    ),
    (
      "```swift\nlet a = 1\n```",
      #"[{"tag":"pre","children":[{"tag":"code","language":"swift","children":["let a = 1\n"]}]}]"#
    ),
    (
      "[a](https://b.example)",
      #"[{"tag":"p","children":[{"tag":"a","href":"https://b.example","children":["a"]}]}]"#
    ),
    ("> q", #"[{"tag":"blockquote","children":[{"tag":"p","children":["q"]}]}]"#),
    ("", "[]"),
  ])
  func `text becomes a tree`(text: String, expected: String) throws {
    #expect(try tree(text) == expected)
  }

  @Test func `a table has a head, a body and alignment`() throws {
    let found = try tree("| a | b |\n|---|--:|\n| 1 | 2 |")

    #expect(
      found == #"[{"tag":"table","children":[{"tag":"thead","children":[{"tag":"tr","children":["#
        + #"{"tag":"th","children":["a"]},{"tag":"th","align":"right","children":["b"]}]}]},"#
        + #"{"tag":"tbody","children":[{"tag":"tr","children":["#
        + #"{"tag":"td","children":["1"]},{"tag":"td","align":"right","children":["2"]}]}]}]}]"#)
  }

  @Test(arguments: [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java&#10;script:alert(1)", "&#1;javascript:alert(1)",
    "data:text/html;base64,PHNjcmlwdD4=", "vbscript:x", "//evil.example", "file:///etc/passwd", #"\\\\evil"#,
  ])
  func `a link that is no plain address is only its text`(address: String) throws {
    let found = try tree("[text](<\(address)>)")

    #expect(!found.contains("href"))
    #expect(found.contains("text"))
  }

  @Test(arguments: ["<script>alert(1)</script>", "a <img src=x onerror=alert(1)> b", "<svg><foreignObject/></svg>"])
  func `markup in the text is shown as text`(text: String) throws {
    let found = try tree(text)

    #expect(!found.contains(#""tag":"script""#) && !found.contains(#""tag":"img""#) && !found.contains(#""tag":"svg""#))
    #expect(found.contains("<"))
  }

  @Test func `only pictures inside the text are shown`() throws {
    #expect(try tree("![alt](https://a.example/b.png)") == #"[{"tag":"p","children":["alt"]}]"#)
    #expect(try tree("![alt](data:image/svg+xml;base64,AA==)") == #"[{"tag":"p","children":["alt"]}]"#)
    #expect(try tree("![alt](data:image/png;base64,AA==)").contains(#""src":"data:image/png;base64,AA==","alt":"alt""#))
  }

  @Test func `ten thousand nested quotes and lists stay shallow`() throws {
    for text in [String(repeating: "> ", count: 10_000) + "deep", String(repeating: "*a **a ", count: 5000)] {
      let bytes = try Markdown.nodes(text).encoded

      // Inside the value's object; deeper, and no front could read the page.
      #expect(JSON.depth(of: bytes, limit: 1000) < ComponentValue.maximumDepth)
    }
  }

  @Test func `a text of very many nodes is cut`() throws {
    let found = try tree(String(repeating: "*a* ", count: 15_000))

    #expect(found.hasSuffix(#""…"]}]"#))
    #expect(throws: SourceError("the text is longer than 64 KiB")) {
      try Markdown.nodes(String(repeating: "a", count: 70_000))
    }
  }

  @Test(arguments: [
    ("https://a.example/x?y#z", true), ("mailto:a@b.example", true), ("/path", true), ("page", true), ("#top", true),
    ("a/b:c", true), ("HTTP://a", true), ("", false), ("ftp://a", false), ("java\tscript:x", false), ("/\\evil", false),
    ("\u{1}javascript:x", false),
  ])
  func `addresses are told apart`(address: String, isSafe: Bool) {
    #expect((SafeURL.check(address) != nil) == isSafe)
  }
}
