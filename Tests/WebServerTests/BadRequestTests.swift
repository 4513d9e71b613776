import NIOCore
import TestSupport
import Testing

@testable import WebServer

/// Bytes that must be refused, each with the answer it gets; the connection ends with it.
struct BadRequest: Sendable, CustomTestStringConvertible {
  let name: String
  let bytes: String
  let statuses: [Int]

  init(_ name: String, _ bytes: String, _ statuses: Int...) {
    self.name = name
    self.bytes = bytes
    self.statuses = statuses
  }

  var testDescription: String { name }

  private static let post = "POST /echo HTTP/1.1\r\nHost: a\r\n"
  private static let get = "GET /bytes HTTP/1.1\r\nHost: a\r\n"

  static let lengths = ["+5", "0x5", "5,5", "-1", "9223372036854775808", "99999999999999999999999", "5 5", "five", ""]
    .map {
      BadRequest("length \($0)", post + "Content-Length: \($0)\r\n\r\nhello", 400)
    }

  static let codings = [
    "chunked, identity", "xchunked", "\u{0B}chunked", "identity", "chunked, chunked", "gzip, chunked", "chunked\u{0B}",
  ].map {
    BadRequest("coding \($0)", post + "Transfer-Encoding: \($0)\r\n\r\n0\r\n\r\n", 400, 501)
  }

  static let framing = [
    BadRequest("two lengths", post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
    BadRequest("length and coding", post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    BadRequest("coding and length", post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400),
    BadRequest(
      "two codings", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, 501),
    BadRequest("bad chunk size", post + "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n", 400),
    BadRequest("negative chunk size", post + "Transfer-Encoding: chunked\r\n\r\n-1\r\nhello\r\n", 400),
    BadRequest("coding in HTTP/1.0", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    BadRequest("space before colon", get + "Content-Length : 5\r\n\r\n", 400),
    BadRequest("folded header", get + "X-A: b\r\n c\r\n\r\n", 400),
    BadRequest("bare CR", get + "X-A: b\rc\r\n\r\n", 400),
    BadRequest("bare LF", get + "X-A: b\nX-B: c\r\n\r\n", 400),
    BadRequest("bare LF lines", "GET /bytes HTTP/1.1\nHost: a\n\n", 400),
    BadRequest("NUL in value", get + "X-A: b\u{0}c\r\n\r\n", 400),
    BadRequest("no name", get + ": b\r\n\r\n", 400),
  ]

  static let hosts = [
    BadRequest("no host", "GET /bytes HTTP/1.1\r\n\r\n", 400),
    BadRequest("two hosts", get + "Host: b\r\n\r\n", 400),
    BadRequest("host with path", "GET /bytes HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
    BadRequest("host with user", "GET /bytes HTTP/1.1\r\nHost: u@a\r\n\r\n", 400),
    BadRequest("bad port", "GET /bytes HTTP/1.1\r\nHost: a:8x\r\n\r\n", 400),
    BadRequest("empty host", "GET /bytes HTTP/1.1\r\nHost: \r\n\r\n", 400),
  ]

  static let sizes = [
    BadRequest("field of 9 KiB", get + "X-A: \(String(repeating: "a", count: 9 * 1024))\r\n\r\n", 431),
    BadRequest("name of 9 KiB", get + "\(String(repeating: "a", count: 9 * 1024)): b\r\n\r\n", 431),
    BadRequest("target of 9 KiB", "GET /\(String(repeating: "a", count: 9 * 1024)) HTTP/1.1\r\nHost: a\r\n\r\n", 431),
    BadRequest(
      "block of 17 KiB", get + (0..<17).map { "X-\($0): \(String(repeating: "a", count: 1020))\r\n" }.joined() + "\r\n",
      431),
    BadRequest(
      "block without end", get + (0..<40).map { "X-\($0): \(String(repeating: "a", count: 1000))\r\n" }.joined(), 431),
    BadRequest("200 fields", get + (0..<200).map { "X-\($0): a\r\n" }.joined() + "\r\n", 431),
    BadRequest("64 KiB and a byte", post + "Content-Length: 65537\r\n\r\n", 413),
    BadRequest("10 GiB declared", post + "Content-Length: 10737418240\r\n\r\n", 413),
    BadRequest("10 GiB to the router", "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 10737418240\r\n\r\n", 413),
    BadRequest(
      "chunks of 66 KiB",
      post + "Transfer-Encoding: chunked\r\n\r\n"
        + String(repeating: "400\r\n\(String(repeating: "a", count: 1024))\r\n", count: 66) + "0\r\n\r\n", 413),
    BadRequest("body without length", post + "\r\n", 411),
    BadRequest("unknown expectation", post + "Expect: miracles\r\nContent-Length: 1\r\n\r\n", 417),
  ]

  static let methods =
    ["OPTIONS", "TRACE", "PROPFIND"].map {
      BadRequest("method \($0)", "\($0) /bytes HTTP/1.1\r\nHost: a\r\n\r\n", 405)
    } + [
      BadRequest("CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 405),
      BadRequest("OPTIONS star", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 405),
      BadRequest("unknown method", "FETCH /bytes HTTP/1.1\r\nHost: a\r\n\r\n", 400),
      BadRequest("lower-case method", "get /bytes HTTP/1.1\r\nHost: a\r\n\r\n", 400),
      BadRequest("HTTP/1.2", "GET /bytes HTTP/1.2\r\nHost: a\r\n\r\n", 400),
      BadRequest("HTTP/2.0", "GET /bytes HTTP/2.0\r\nHost: a\r\n\r\n", 400),
      BadRequest("HTTP/0.9", "GET /bytes\r\n\r\n", 400),
      BadRequest("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
      BadRequest("Redis", "*1\r\n$4\r\nPING\r\n", 400),
      BadRequest("Redis inline", "PING\r\n", 400),
      BadRequest("TLS", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}", 400),
      BadRequest("noise", "\u{1}\u{2}\u{3}\u{4}", 400),
    ]

  static let all = lengths + codings + framing + hosts + sizes + methods
}

struct BadRequestTests {
  @Test(arguments: BadRequest.all)
  func `a bad request gets its answer and the connection ends`(request: BadRequest) async throws {
    try await withServer { server in
      let neighbour = try await server.connect()
      let client = try await server.connect()

      await client.trySend(Array(request.bytes.utf8))

      let answer = try await client.readToEnd()
      let status = RawResponse(head: answer).status
      #expect(request.statuses.contains(status), "\(request.name): \(answer.prefix(80))")
      #expect(answer.components(of: "HTTP/1.1 ") == 1)
      #expect(answer.contains(#"{"error":{"code":"#) && answer.contains("nosniff"))
      try await neighbour.send("GET /bytes HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await neighbour.readResponse().text == "hello")
    }
  }

  @Test(arguments: [
    "/../../etc/passwd", "/%2e%2e%2fetc", "/..%5cx", "/a\\b", "/%252e%252e/x", "//etc", "/a//b", "/a%00", "/a%2fb",
    "/%c0%ae%c0%ae/",
    "/static%2e%2e/x%2f", "/a/./b", "/a/..", "/%", "/%4", "/%zz", "/%ff", "/a%0d%0aSet-Cookie:x", "/.../x",
  ])
  func `a path that could mean another place is not found`(path: String) async throws {
    try await withServer { server in
      let response = try await server.get(path)
      #expect(response.status == 404)
    }
  }

  @Test func `a foreign host is told which setting names hosts`() async throws {
    try await withServer({ $0.allowedHosts = ["example.com", "localhost"] }) { server in
      for host in ["evil.example", "example.com.evil.org", "notexample.com"] {
        let response = try await server.ask("GET /bytes HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        #expect(response.status == 421)
        #expect(response.text.contains("hint"))
      }
      for host in ["example.com", "EXAMPLE.com:8080", "localhost.", "localhost:1"] {
        #expect(try await server.ask("GET /bytes HTTP/1.1\r\nHost: \(host)\r\n\r\n").status == 200)
      }
      #expect(try await server.ask("GET http://evil.example/bytes HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 421)
      #expect(try await server.ask("GET http://localhost/bytes HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200)
    }
  }

  @Test func `a body nobody wants is dropped while it is short`() async throws {
    try await withServer { server in
      let client = try await server.connect()

      try await client.send(
        "GET /bytes HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nGET / HTTGET /number?n=7 HTTP/1.1\r\nHost: a\r\n\r\n"
      )

      #expect(try await client.readResponse().text == "hello")
      #expect(try await client.readResponse().text == "7")
      try await client.send("GET /bytes HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n")
      #expect(try await client.readToEnd().hasSuffix("hello"))
    }
  }

  @Test func `a slow header is cut off in total, however steadily it drips`() async throws {
    try await withServer({ $0.limits.headerTime = .milliseconds(400) }) { server in
      let client = try await server.connect()
      let start = ContinuousClock.now
      let drip = Task {
        for byte in "GET /bytes HTTP/1.1\r\nHost: a\r\nX-Slow: \(String(repeating: "a", count: 200))".utf8 {
          await client.trySend([byte])
          try await Task.sleep(for: .milliseconds(50))
        }
      }

      let answer = try await client.readToEnd()

      #expect(RawResponse(head: answer).status == 408)
      #expect(ContinuousClock.now - start < .seconds(8))
      drip.cancel()
    }
  }

  @Test func `a slow body is cut off`() async throws {
    try await withServer({ $0.limits.bodyTime = .milliseconds(200) }) { server in
      let slow = try await server.connect()
      try await slow.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
      let answer = try await slow.readToEnd()
      #expect(RawResponse(head: answer).status == 408)
    }
  }

  @Test func `a silent connection is closed without a word`() async throws {
    try await withServer({ $0.limits.idleTime = .milliseconds(200) }) { server in
      let silent = try await server.connect()
      let answer = try await silent.readToEnd()
      #expect(answer == "")
    }
  }

  @Test(arguments: ["/bytes", "/later?ms=1", "/routed"])
  func `of a thousand pipelined requests a hundred are answered`(path: String) async throws {
    try await withServer { server in
      let client = try await server.connect()
      let request = Array("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n".utf8)

      await client.trySend(Array((0..<1000).map { _ in request }.joined()))

      let answers = try await client.readToEnd().components(of: "HTTP/1.1 200 OK")
      #expect(answers >= 100 && answers <= 1000)
    }
  }
}

extension String {
  /// How often `part` occurs.
  func components(of part: String) -> Int { ranges(of: part).count }
}
