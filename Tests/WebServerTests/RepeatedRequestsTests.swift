import NIOCore
import TestSupport
import Testing

@testable import WebServer

/// Requests that came before, where what came in one read is not what a request is.
struct RepeatedRequestsTests {
  private static func request(_ target: String) -> String { "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n" }

  /// A connection that is read as a whole, for its first read is a short one.
  private func warm(_ server: TestServer, _ request: String = request("/bytes")) async throws -> RawClient {
    let client = try await server.connect()
    for _ in 0..<3 {
      try await client.send(request)
      _ = try await client.readResponse()
    }
    return client
  }

  /// Sends a whole request with the beginning of the next behind it, and waits until both are read.
  private func send(_ half: String, on client: RawClient) async throws {
    try await client.send(Self.request("/bytes") + half)
    #expect(try await client.readResponse().text == "hello")
  }

  @Test func `a request that came before is the rest of a header when half of a request stands before it`() async throws {
    try await withServer { server in
      let client = try await warm(server, Self.request("/again?n=kept"))

      try await send("GET /number?n=7 HTTP/1.1\r\nX-A: ", on: client)
      try await client.send(Self.request("/again?n=kept"))

      #expect(try await client.readResponse().text == "7")
    }
  }

  @Test func `an answer is not kept for bytes that were only the end of its request`() async throws {
    try await withServer { server in
      let attacker = try await warm(server)
      try await send("GET /again?n=evil HTTP/1.1\r\nX-A: ", on: attacker)
      try await attacker.send(Self.request("/again?n=good"))
      #expect(try await attacker.readResponse().text == "evil")

      let client = try await warm(server)
      try await client.send(Self.request("/again?n=good"))

      #expect(try await client.readResponse().text == "good")
    }
  }

  @Test func `half of a header behind a request has the time of a header`() async throws {
    try await withServer({ $0.limits.headerTime = .milliseconds(200) }) { server in
      let client = try await warm(server)

      try await send("GET /bytes HTTP/1.1\r\nX-A: ", on: client)

      #expect(try await client.readResponse(within: .seconds(5)).status == 408)
    }
  }

  @Test func `a connection that got its body is idle, not late`() async throws {
    try await withServer({ $0.limits.headerTime = .milliseconds(100) }) { server in
      let client = try await server.connect()
      try await client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nabcde")
      #expect(try await client.readResponse().text == "abcde")

      try await Task.sleep(for: .milliseconds(400))
      try await client.send(Self.request("/bytes"))

      #expect(try await client.readResponse().text == "hello")
    }
  }

  @Test func `a second question mark begins no parameter`() async throws {
    try await withServer { server in
      let client = try await warm(server)
      for _ in 0..<3 {
        try await client.send(Self.request("/again?x?since=1"))
        #expect(try await client.readResponse().text == "none")
        try await client.send(Self.request("/again?x&since=1"))
        #expect(try await client.readResponse().text == "1")
      }
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `a kept answer that a slow reader's socket does not take at once comes whole, and others meanwhile`() async throws {
    try await withServer { server in
      let slow = try await warm(server, Self.request("/again-long")), quick = try await warm(server)

      try await slow.stopReading()
      try await slow.send(Self.request("/again-long"))
      for _ in 0..<3 {
        try await quick.send(Self.request("/bytes"))
        #expect(try await quick.readResponse().text == "hello")
      }
      try await slow.send(Self.request("/again?n=next"))
      try await slow.channel.setOption(.autoRead, value: true).get()

      #expect(try await slow.readResponse().text == TestRoutes.longText)
      #expect(try await slow.readResponse().text == "next")
    }
  }
}
