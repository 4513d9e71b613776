import NIOCore
import NIOEmbedded
import TestSupport
import Testing

@testable import WebServer

/// The same numbers on every run.
struct SeededNumbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}

struct RobustnessTests {
  @Test func `an address has its own limit, which ends with its connections`() {
    var limits = WebLimits()
    limits.connectionsPerAddress = 2
    let ledger = ConnectionLedger(limits: limits)
    let channels = (0..<4).map { _ in EmbeddedChannel() }

    let admitted = channels.prefix(3).map { ledger.admit($0, address: "1.2.3.4") }
    let other = ledger.admit(channels[3], address: "1.2.3.5")
    ledger.remove(channels[0], address: "1.2.3.4")

    #expect(admitted == [true, true, false])
    #expect(other)
    #expect(ledger.admit(channels[2], address: "1.2.3.4"))
    #expect(ledger.counts.connections == 3)
  }

  @Test func `frames cut at any byte give the same events`() {
    let frames: [[UInt8]] = [
      WebSocketClient.frame(0x01, Array("ab".utf8)), WebSocketClient.frame(0x89, Array("p".utf8)),
      WebSocketClient.frame(0x80, Array("cd".utf8)), WebSocketClient.frame(0x81, Array(repeating: 0x61, count: 300)),
      WebSocketClient.frame(0x8A, []), WebSocketClient.frame(0x88, [0x03, 0xE8]),
    ]
    let bytes = frames.flatMap(\.self)
    let whole = events([bytes])

    for cut in 1..<bytes.count {
      #expect(events([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole)
    }
    #expect(events(bytes.map { [$0] }) == whole)
    #expect(whole.count == 5)
  }

  @Test func `a parser at rest holds no bytes`() {
    var parser = WebSocketParser(maximumBytes: 1000)
    parser.append(ByteBuffer(bytes: WebSocketClient.frame(0x81, [0x61])))

    _ = parser.next()

    #expect(!parser.holdsBytes)
  }

  @Test func `random frames end in events, never in a trap`() {
    var numbers = SeededNumbers(state: 42)
    for _ in 0..<5000 {
      var bytes = (0..<Int.random(in: 0...40, using: &numbers)).map { _ in UInt8.random(in: 0...255, using: &numbers) }
      if bytes.count > 1, Bool.random(using: &numbers) { bytes[1] = 0x80 | (bytes[1] % 30) }

      let found = events([bytes])

      #expect(found.count <= bytes.count)
    }
  }

  @Test func `random changes to good requests leave the server alive`() async throws {
    try await withServer { server in
      let seeds = [
        "GET /bytes HTTP/1.1\r\nHost: a\r\nX-A: b\r\n\r\n", WebSocketClient.handshake() + "\u{1}\u{2}",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nGET /routed HTTP/1.1\r\nHost: a\r\n\r\n",
      ]
      try await withThrowingTaskGroup(of: Void.self) { group in
        for seed in 0..<300 {
          group.addTask {
            let client = try await server.connect()
            await client.trySend(mutated(seeds[seed % seeds.count], seed: UInt64(seed)))
            _ = try? await client.readToEnd(within: .milliseconds(500))
            client.close()
          }
        }
        try await group.waitForAll()
      }
      let response = try await server.get("/routed?n=1")
      #expect(response.text == "routed 1")
    }
  }

  private func events(_ pieces: [[UInt8]]) -> [WebSocketParser.Event] {
    var parser = WebSocketParser(maximumBytes: 65_536)
    var events: [WebSocketParser.Event] = []
    for piece in pieces {
      parser.append(ByteBuffer(bytes: piece))
      while let event = parser.next() { events.append(event) }
    }
    return events
  }
}

private func mutated(_ request: String, seed: UInt64) -> [UInt8] {
  var numbers = SeededNumbers(state: seed &* 7919)
  var bytes = Array(request.utf8)
  for _ in 0..<Int.random(in: 1...4, using: &numbers) {
    let place = Int.random(in: 0..<bytes.count, using: &numbers)
    switch Int.random(in: 0..<4, using: &numbers) {
    case 0: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
    case 1: bytes.remove(at: place)
    case 2: bytes.insert(UInt8.random(in: 0...255, using: &numbers), at: place)
    default: bytes.insert(contentsOf: bytes[place...].prefix(20), at: place)
    }
  }
  return bytes
}
