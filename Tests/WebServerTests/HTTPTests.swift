import NIOCore
import TestSupport
import Testing

@testable import WebServer

struct HTTPTests {
  @Test func `cached bytes are written as they are, again and again`() async throws {
    try await withServer { server in
      let client = try await server.connect()

      for _ in 0..<3 {
        try await client.send("GET /bytes HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let response = try await client.readResponse()
        #expect(response.status == 200)
        #expect(response.text == "hello")
      }
    }
  }

  @Test func `mixed answers keep the order of pipelined requests`() async throws {
    try await withServer { server in
      let client = try await server.connect()
      let paths = [
        "/number?n=0", "/later?n=1", "/routed?n=2", "/number?n=3", "/later?n=4&ms=5", "/later?n=5&ms=1", "/bytes",
      ]

      try await client.send(paths.map { "GET \($0) HTTP/1.1\r\nHost: localhost\r\n\r\n" }.joined())

      for expected in ["0", "1", "routed 2", "3", "4", "5", "hello"] {
        #expect(try await client.readResponse().text == expected)
      }
    }
  }

  @Test func `a request cut anywhere is understood`() async throws {
    // A busy machine may need longer for seventy bytes than a header may take.
    try await withServer({ $0.limits.headerTime = .seconds(60) }) { server in
      let client = try await server.connect()
      let request = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nabcde"

      for byte in request.utf8 { try await client.send([byte]) }

      #expect(try await client.readResponse().text == "abcde")
    }
  }

  @Test(arguments: ["/bytes", "/big", "/number?n=4", "/later", "/routed", "/stream", "/long"])
  func `HEAD answers with the header alone`(path: String) async throws {
    try await withServer { server in
      let client = try await server.connect()

      try await client.send("HEAD \(path) HTTP/1.1\r\nHost: a\r\n\r\nGET /bytes HTTP/1.1\r\nHost: a\r\n\r\n")

      #expect(try await client.readResponse(ofHead: true).status == 200)
      #expect(try await client.readResponse().text == "hello")
    }
  }

  @Test func `a long routed answer of unknown length is streamed in chunks`() async throws {
    try await withServer { server in
      let response = try await server.get("/stream")

      #expect(response.header("transfer-encoding") == "chunked")
      #expect(response.body.count == 64 * 65_536)
      #expect(response.body.last == 63)
    }
  }

  @Test func `a long routed answer of known length carries it`() async throws {
    try await withServer { server in
      let response = try await server.get("/long")

      #expect(response.header("content-length") == "600000")
      #expect(response.body == Array(repeating: 7, count: 600_000))
    }
  }

  @Test func `a routed answer shorter than declared ends the connection`() async throws {
    try await withServer { server in
      let client = try await server.connect()

      try await client.send("GET /short-of-length HTTP/1.1\r\nHost: a\r\n\r\n")

      #expect(try await client.readToEnd().hasSuffix("too little"))
    }
  }

  @Test func `HTTP 1_0 and Connection close are answered, then the connection ends`() async throws {
    try await withServer { server in
      for request in [
        "GET /big HTTP/1.0\r\n\r\n", "GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      ] {
        let client = try await server.connect()
        try await client.send(request)
        let answer = try await client.readToEnd()
        #expect(answer.utf8.count > 1_000_000)
      }
    }
  }

  @Test func `a last answer that is taken slowly is not cut off`() async throws {
    try await withServer({ $0.limits.lingerTime = .milliseconds(100) }) { server in
      let client = try await server.connect()
      try await client.stopReading()
      try await client.send("GET /huge HTTP/1.0\r\n\r\n")
      try await Task.sleep(for: .milliseconds(600))

      try await client.channel.setOption(.autoRead, value: true).get()

      let answer = try await client.readToEnd(within: .seconds(30))
      #expect(answer.utf8.count > 24_000_000)
    }
  }

  @Test func `a peer that takes nothing of its answer is cut off`() async throws {
    try await withServer({ $0.limits.writeTime = .milliseconds(300) }) { server in
      let client = try await server.connect()
      try await client.stopReading()
      try await client.send("GET /huge HTTP/1.1\r\nHost: a\r\n\r\n")

      let deadline = ContinuousClock.now + .seconds(10)
      while server.server.counts.accepted == 0 || server.server.counts.connections > 0, ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(server.server.counts.connections == 0)
    }
  }

  @Test func `a streamed answer to HTTP 1_0 ends with the connection`() async throws {
    try await withServer { server in
      let client = try await server.connect()

      try await client.send("GET /stream HTTP/1.0\r\n\r\n")

      let answer = try await client.readToEnd()
      #expect(!answer.contains("chunked"))
      #expect(answer.utf8.count > 64 * 65_536)
    }
  }

  @Test func `a peer that stops sending still gets its answers`() async throws {
    try await withServer { server in
      let client = try await server.connect()
      try await client.send("GET /later?n=9 HTTP/1.1\r\nHost: a\r\n\r\n")

      try await client.channel.close(mode: .output).get()

      #expect(try await client.readToEnd().hasSuffix("9"))
    }
  }

  @Test func `failures become JSON errors that tell nothing`() async throws {
    try await withServer { server in
      let failed = try await server.get("/fails")
      #expect(failed.status == 409)
      #expect(failed.text.contains(#""message":"It \"fails\".""#))
      let thrown = try await server.get("/throws")
      #expect(thrown.status == 500)
      #expect(!thrown.text.contains("Cancellation"))
      #expect(try await server.get("/teapot").status == 418)
      let missing = try await server.get("/nothing-here")
      #expect(missing.status == 404)
      #expect(missing.text.contains(#""code":"not_found""#))
      #expect(missing.text.contains(#""request_id":""#))
    }
  }

  @Test(arguments: [
    "/bytes", "/number", "/later", "/fails", "/routed", "/stream", "/nothing", "/../x", "/ws", "/throws",
  ])
  func `every answer carries the security headers`(path: String) async throws {
    try await withServer { server in
      let response = try await server.get(path)

      for header in SecurityHeaders.all { #expect(response.header(header.name.lowercased()) == header.value) }
    }
  }

  @Test func `bodies are collected, with and without a length`() async throws {
    try await withServer { server in
      let client = try await server.connect()
      let head = "POST /echo HTTP/1.1\r\nHost: a\r\n"

      try await client.send(head + "Content-Length: 3\r\n\r\nabc")
      #expect(try await client.readResponse().text == "abc")
      try await client.send(head + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n")
      #expect(try await client.readResponse().text == "abcde")
      try await client.send(head + "Content-Length: 0\r\n\r\n")
      #expect(try await client.readResponse().status == 200)
      try await client.send(
        "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + String(repeating: "x", count: 100_000))
      #expect(try await client.readResponse().text == "100000")
      try await client.send("POST /echo-routed HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
      #expect(try await client.readResponse().text == "hi")
    }
  }

  @Test func `100-continue is sent when the body is wanted, and only then`() async throws {
    try await withServer { server in
      let client = try await server.connect()
      try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")

      #expect(try await client.readResponse().status == 100)
      try await client.send("ok")
      #expect(try await client.readResponse().text == "ok")

      try await client.send("POST /bytes HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
      let unwanted = try await client.readToEnd()
      #expect(unwanted.hasPrefix("HTTP/1.1 200"))
    }
  }

  @Test func `the forwarded address counts only from a trusted proxy`() async throws {
    let forwarded = "X-Forwarded-For: 6.6.6.6, 9.9.9.9\r\n"
    try await withServer { server in
      let hot = try await server.get("/client", forwarded)
      #expect(hot.text == "127.0.0.1")
      let routed = try await server.get("/address", "X-Client-Address: 1.1.1.1\r\n")
      #expect(routed.text == "127.0.0.1")
    }
    try await withServer({ $0.trustedProxies = [AddressRange("127.0.0.0/8")].compactMap(\.self) }) { server in
      let hot = try await server.get("/client", forwarded)
      #expect(hot.text == "9.9.9.9")
      let routed = try await server.get("/address", forwarded)
      #expect(routed.text == "9.9.9.9")
    }
  }
}
