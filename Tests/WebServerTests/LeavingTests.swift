import TestSupport
import Testing

@testable import WebServer

/// A server that was told to stop and still says its goodbyes.
@Suite struct LeavingTests {
  private static let request = "GET /bytes HTTP/1.1\r\nHost: a\r\n\r\n"

  /// Stops a server while `body` runs: its goodbyes take as long.
  private func whileLeaving(
    before: (TestServer) async throws -> Void = { _ in }, _ body: (TestServer) async throws -> Void
  ) async throws {
    let (begins, began) = AsyncStream.makeStream(of: Void.self)
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    let goodbye: @Sendable () async -> Void = {
      began.yield()
      for await _ in ends { return }
    }
    try await withService(onShutdown: goodbye) { server, stop in
      try await before(server)
      stop()
      for await _ in begins { break }
      try await body(server)
      end.yield()
    }
  }

  @Test(arguments: ["/bytes", "/routed", "/number"])
  func `whoever comes is answered, and told that the connection ends`(path: String) async throws {
    try await whileLeaving { server in
      let answer = try await server.get(path)

      #expect(answer.status == 200)
      #expect(answer.header("connection") == "close")
      #expect(!answer.body.isEmpty)
    }
  }

  @Test func `an idle connection is answered once more, and then closed`() async throws {
    let (clients, keep) = AsyncStream.makeStream(of: RawClient.self)
    try await whileLeaving { server in
      let client = try await server.connect()
      try await client.send(Self.request)
      #expect(try await client.readResponse().header("connection") == nil)
      keep.yield(client)
    } _: { _ in
      var iterator = clients.makeAsyncIterator()
      let client = try #require(await iterator.next())
      try await client.send(Self.request)
      let last = try await client.readResponse()

      #expect(last.text == "hello")
      #expect(last.header("connection") == "close")
      #expect(try await client.readToEnd() == "")
    }
  }

  @Test func `nobody becomes a socket any more, and is told when to come again`() async throws {
    try await whileLeaving { server in
      let answer = try await server.ask(WebSocketClient.handshake())

      #expect(answer.status == 503)
      #expect(answer.header("retry-after") != nil)
    }
  }

  @Test func `idle connections and the port are closed when goodbyes have been said`() async throws {
    let (clients, keep) = AsyncStream.makeStream(of: (RawClient, Int).self)
    try await whileLeaving { server in
      let client = try await server.connect()
      try await client.send(Self.request)
      _ = try await client.readResponse()
      keep.yield((client, server.port))
    } _: { _ in }
    var iterator = clients.makeAsyncIterator()
    let (client, port) = try #require(await iterator.next())

    #expect(try await client.readToEnd() == "")
    await #expect(throws: (any Error).self) { try await RawClient.connect(port: port) }
  }
}
