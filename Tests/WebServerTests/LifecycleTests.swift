import Foundation
import Logging
import NIOCore
import ServiceLifecycle
import TestSupport
import Testing

@testable import WebServer

@Suite(.serialized)
struct LifecycleTests {
  @Test func `graceful shutdown finishes what is under way and closes the rest`() async throws {
    let start = ContinuousClock.now
    try await withService { server, stop in
      let idle = try await server.connect()
      try await idle.send("GET /bytes HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = try await idle.readResponse()
      let busy = try await server.connect()
      try await busy.send("GET /later?n=done&ms=300 HTTP/1.1\r\nHost: a\r\n\r\n")
      let socket = try await WebSocketClient.open(server)
      _ = try await socket.read()
      let quick = try await server.get("/routed")
      #expect(quick.status == 200)

      stop()

      #expect(try await busy.readToEnd().hasSuffix("done"))
      #expect(try await idle.readToEnd() == "")
      #expect(try await socket.read().closeCode == 1012)
    }
    #expect(ContinuousClock.now - start < .seconds(60))
  }

  @Test func `a peer that never goes is cut at the deadline`() async throws {
    let start = ContinuousClock.now
    try await withService({ $0.limits.shutdownTime = .milliseconds(300) }) { server, stop in
      let client = try await server.connect()
      try await client.send("GET /later?ms=60000 HTTP/1.1\r\nHost: a\r\n\r\n")
      let marker = try await server.get("/bytes")
      #expect(marker.status == 200)

      stop()

      _ = try? await client.readToEnd()
    }
    #expect(ContinuousClock.now - start < .seconds(10))
  }

  @Test func `connections beyond the limit get 503 and a time to come back`() async throws {
    try await withServer({ $0.limits.connections = 2 }) { server in
      let first = try await server.connect()
      try await first.send("GET /bytes HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = try await first.readResponse()
      let second = try await server.connect()
      try await second.send("GET /bytes HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = try await second.readResponse()

      let third = try await server.connect()

      let refused = RawResponse(head: try await third.readToEnd())
      #expect(refused.status == 503)
      #expect(refused.header("retry-after") != nil)
      #expect(server.server.counts.refusedConnections == 1)
    }
  }

  @Test func `handshakes beyond the rate get 503`() async throws {
    try await withServer({ $0.limits.handshakesPerSecond = 1 }) { server in
      let statuses = try await [
        server.ask(WebSocketClient.handshake()).status, server.ask(WebSocketClient.handshake()).status,
      ]

      #expect(statuses == [101, 503])
    }
  }

  @Test func `a thousand sockets opened and closed leave nothing behind`() async throws {
    try await withServer { server in
      let before = try openFiles()

      for _ in 0..<10 {
        var clients: [RawClient] = []
        for index in 0..<100 {
          let client = try await server.connect()
          try await client.send(index % 2 == 0 ? WebSocketClient.handshake() : "GET /bytes HTTP/1.1\r\nHost: a\r\n\r\n")
          _ = try await client.readResponse()
          clients.append(client)
        }
        clients.forEach { $0.close() }
      }

      let deadline = ContinuousClock.now + .seconds(10)
      while server.server.counts.connections > 0, ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(20))
      }
      #expect(server.server.counts.connections == 0)
      #expect(server.server.counts.webSockets == 0)
      #expect(try openFiles() <= before + 40)
    }
  }

  @Test func `servers on one port share the connections, and one has all of them when the other stops`() async throws {
    try await withServer({ $0.reusePort = true }) { first in
      try await withService({ ($0.reusePort, $0.port) = (true, first.port) }) { second, stop in
        #expect(second.port == first.port)
        // Which one takes a connection is a matter of its port: one chance in 2^63 that all go to the same.
        for _ in 0..<64 { _ = try await first.get("/bytes") }
        #expect(first.server.counts.accepted > 0 && second.server.counts.accepted > 0)
        #expect(first.server.counts.accepted + second.server.counts.accepted == 64)
        stop()
      }

      for _ in 0..<16 {
        let answer = try await first.get("/bytes")
        #expect(answer.text == "hello")
      }
    }
  }

  private func openFiles() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
  }
}
