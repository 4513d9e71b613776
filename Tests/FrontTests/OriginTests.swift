import NIOHTTP1
import Testing

@testable import Front
@testable import WebServer

private func head(host: String = "board.example:8080", _ headers: HTTPHeaders) -> RequestHead {
  RequestHead(
    method: .POST, isHead: false, path: "/", query: "", headers: headers, clientAddress: "127.0.0.1", host: host,
    target: "/")
}

@Suite struct OriginTests {
  @Test(arguments: ["http://board.example:8080", "https://board.example:8080"])
  func `a page of this very host is let in`(origin: String) {
    #expect(head(["Origin": origin]).hasOwnOrigin)
  }

  @Test(arguments: [
    "null", "", " ", "http://", "http://board.example", "https://board.example", "http://board.example:80",
    "http://board.example:80801", "http://board.example:8081", "http://board.example:8080.evil.example",
    "http://evil.example", "http://evil.example:8080", "http://evil-board.example:8080", "http://board.example.evil:8080",
    "http://sub.board.example:8080", "http://xboard.example:8080", "http://board.example:8080/",
    "http://board.example:8080@evil.example", "http://evil.example#board.example:8080", "http://evil.example?board.example:8080",
    "HTTP://board.example:8080", "http://BOARD.example:8080", "ftp://board.example:8080", "file://", "ws://board.example:8080",
    "chrome-extension://abcdef", "board.example:8080", "//board.example:8080", "http://board.example:8080 ",
    "http://xn--bard-5qa.example:8080", "http://b\u{43E}ard.example:8080", "http://127.0.0.1:8080", "http://localhost:8080",
  ])
  func `any other site is refused`(origin: String) {
    #expect(!head(["Origin": origin]).hasOwnOrigin)
  }

  @Test func `two origins are none`() {
    #expect(!head(["Origin": "http://board.example:8080", "origin": "http://evil.example"]).hasOwnOrigin)
  }

  @Test(arguments: [(nil, true), ("same-origin", true), ("none", true), ("same-site", false), ("cross-site", false), ("", false)])
  func `without an origin the browser's word on the site counts`(site: String?, isOwn: Bool) {
    #expect(head(site.map { ["Sec-Fetch-Site": $0] } ?? [:]).hasOwnOrigin == isOwn)
  }

  @Test(arguments: [
    ("application/json", true), ("Application/JSON; charset=UTF-8", true), ("application/json;charset=\"utf-8\"", true),
    ("application/json; charset=utf-16", false), ("application/json; x=1", false), ("text/plain", false),
    ("multipart/form-data", false), ("application/jsonp", false), ("", false),
  ])
  func `only JSON in UTF-8 is JSON`(type: String, isJSON: Bool) {
    #expect(head(["Content-Type": type]).saysJSON == isJSON)
    #expect(!head([:]).saysJSON)
  }

  @Test func `a cookie is found by its whole name`() {
    let head = head(["Cookie": "xsplitflap=1; splitflapx=2; splitflap=a=b ;other", "cookie": "late=3"])

    #expect(head.cookie("splitflap") == "a=b")
    #expect(head.cookie("late") == "3")
    #expect(head.cookie("other") == nil)
    #expect(head.cookie("flap") == nil)
  }
}
