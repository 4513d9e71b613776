import NIOCore
import NIOHTTP1
import Testing

@testable import WebServer

struct RequestTargetTests {
  @Test(
    arguments: [
      ("/", "/", ""), ("/a?b=c", "/a", "b=c"), ("/a%20b", "/a b", ""), ("/%C3%BC", "/ü", ""),
      ("/a.b/c-d_e~f", "/a.b/c-d_e~f", ""),
      ("/a?", "/a", ""), ("/a?x=/../y", "/a", "x=/../y"), ("http://h/x?q", "/x", "q"), ("HTTPS://h:1", "/", ""),
      ("http://h?q", nil, "q"),
      ("/..a/b..", "/..a/b..", ""), ("*", nil, ""), ("", nil, ""), ("a", nil, ""),
    ] as [(String, String?, String)])
  func `a target has a path and a query`(target: String, path: String?, query: String) {
    let parsed = RequestTarget(target)

    #expect(parsed.path.map(String.init) == path)
    #expect(parsed.query == query)
  }

  @Test func `an absolute target names its host`() {
    #expect(RequestTarget("http://example.com:80/x").authority == "example.com:80")
    #expect(RequestTarget("/http://example.com/").authority == nil)
  }

  @Test func `query values are decoded, and the first of a name counts`() {
    let head = RequestHead(
      method: .GET, isHead: false, path: "/", query: "a=1&a=2&b=x+y%26&c&d=%zz&=e",
      headers: ["X-A": "1", "x-a": "2", "X-B": "3"],
      clientAddress: "", host: "", target: "")

    #expect(head.queryValue("a") == "1")
    #expect(head.queryValue("b") == "x y&")
    #expect(head.queryValue("c") == "")
    #expect(head.queryValue("d") == nil)
    #expect(head.queryValue("missing") == nil)
    #expect(head.header("x-b") == "3")
    #expect(head.header("x-a") == nil)
  }

  @Test(arguments: [
    ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.1", false), ("192.168.1.128/25", "192.168.1.127", false),
    ("192.168.1.128/25", "192.168.1.200", true), ("::1", "::1", true), ("fd00::/8", "fd12::1", true),
    ("fd00::/8", "fe80::1", false),
    ("127.0.0.0/8", "::ffff:127.0.0.1", true), ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "::1", false),
    ("10.0.0.1", "x", false),
  ])
  func `a range knows its addresses`(range: String, address: String, isInside: Bool) throws {
    #expect(try #require(AddressRange(range)).contains(address) == isInside)
  }

  @Test(arguments: ["", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "host", "::/129", "10.0.0.0/"])
  func `nonsense is no range`(text: String) {
    #expect(AddressRange(text) == nil)
  }

  @Test func `a forged forwarded header is cut off at the first stranger`() throws {
    let addresses = ClientAddress(trustedProxies: try [#require(AddressRange("10.0.0.0/8"))])

    #expect(addresses.resolve(peer: "5.5.5.5", forwardedFor: ["1.1.1.1"]) == "5.5.5.5")
    #expect(addresses.resolve(peer: "10.0.0.1", forwardedFor: ["1.1.1.1", "2.2.2.2", "10.0.0.2"]) == "2.2.2.2")
    #expect(addresses.resolve(peer: "10.0.0.1", forwardedFor: ["1.1.1.1", "nonsense"]) == "10.0.0.1")
    #expect(addresses.resolve(peer: "10.0.0.1", forwardedFor: []) == "10.0.0.1")
  }
}

struct WebResponseTests {
  @Test func `a line break in a header value does not make another header`() {
    let response = WebResponse(headers: ["X-A": "b\r\nSet-Cookie: c", "X-B": "fine", "X C": "d"])

    let text = String(buffer: response.encoded())

    #expect(!text.contains("Set-Cookie") && !text.contains("X C"))
    #expect(text.contains("X-B: fine\r\n"))
  }

  @Test func `a route may set a security header itself, once`() {
    let text = String(buffer: WebResponse(headers: ["x-frame-options": "SAMEORIGIN"]).encoded())

    #expect(text.contains("x-frame-options: SAMEORIGIN\r\n"))
    #expect(!text.contains("DENY"))
    #expect(text.contains("nosniff"))
  }

  @Test func `304 has no body and no length`() {
    let text = String(
      buffer: WebResponse(status: .notModified, headers: ["ETag": "\"1\""], body: ByteBuffer(string: "x")).encoded())

    #expect(text.hasSuffix("\r\n\r\n"))
    #expect(!text.contains("Content-Length"))
  }

  @Test func `dates read as in the RFC`() {
    #expect(DateClock.text(of: 784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
  }
}

struct LimitTests {
  @Test func `one log line per interval, and the next tells how many were held back`() {
    let throttle = LogThrottle(interval: .seconds(60))
    let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    #expect(throttle.admit(now: start) == 0)
    #expect(throttle.admit(now: start + .seconds(1)) == nil)
    #expect(throttle.admit(now: start + .seconds(59)) == nil)
    #expect(throttle.admit(now: start + .seconds(60)) == 2)
  }

  @Test func `handshakes have a share per second`() {
    var limits = WebLimits()
    limits.handshakesPerSecond = 2
    let ledger = ConnectionLedger(limits: limits)
    let start = NIODeadline.uptimeNanoseconds(5_000_000_000)

    let first = (0..<3).map { _ in ledger.admitHandshake(now: start) }
    let second = ledger.admitHandshake(now: start + .seconds(1))

    #expect(first == [true, true, false])
    #expect(second)
    #expect(ledger.counts.refusedHandshakes == 1)
  }
}
