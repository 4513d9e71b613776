import AsyncHTTPClient
import DashboardModel
import FoundationEssentials
import Synchronization
import Testing

@testable import Producer

struct HTTPSourceTests {
  private func with<Value>(
    _ script: @escaping @Sendable (String) -> [ScriptedServer.Step],
    _ body: (ScriptedServer, HTTPClient) async throws -> Value
  ) async throws -> Value {
    let server = try await ScriptedServer(script)
    let client = HTTPClient(configuration: HTTPSource.clientConfiguration)
    do {
      let value = try await body(server, client)
      try await client.shutdown()
      await server.stop()
      return value
    } catch {
      try await client.shutdown()
      await server.stop()
      throw error
    }
  }

  private func fetch(
    _ steps: [ScriptedServer.Step], timeout: Duration = .seconds(10)
  ) async throws -> JSON {
    try await with({ _ in steps }) { server, client async throws in
      try await HTTPSource(HTTPRequestDefinition(url: server.url("/")), timeout: timeout, client: client).fetch()
    }
  }

  /// Why a run of a whole runner failed, so that its time limit is part of the test.
  private func failure(_ steps: [ScriptedServer.Step], timeout: Duration = .milliseconds(400)) async throws -> String {
    try await with({ _ in steps }) { server, client async throws in
      let source = HTTPSource(HTTPRequestDefinition(url: server.url("/")), timeout: .seconds(30), client: client)
      return await firstOutcome(of: source, timeout: timeout).reason ?? "no failure"
    }
  }

  @Test(arguments: ["application/json", "application/problem+json; charset=utf-8"])
  func `an answer that says it is JSON is read as JSON`(type: String) async throws {
    let value = try await fetch(ScriptedServer.answer(#"{"n":[1]}"#, headers: "Content-Type: \(type)\r\n"))

    #expect(value == ["n": [1]])
  }

  @Test func `any other answer is text`() async throws {
    #expect(try await fetch(ScriptedServer.answer("12.5", headers: "Content-Type: text/plain\r\n")) == "12.5")
  }

  @Test func `method, headers and body are sent as defined`() async throws {
    try await with({ _ in ScriptedServer.answer("ok") }) { server, client async throws in
      let request = HTTPRequestDefinition(
        url: server.url("/a?b=c"), method: "POST", headers: [.init(name: "Authorization", value: "Bearer t")],
        body: "{}")

      _ = try await HTTPSource(request, timeout: .seconds(5), client: client).fetch()

      let sent = server.requests.withLock { $0.joined() }
      #expect(sent.hasPrefix("POST /a?b=c HTTP/1.1") && sent.hasSuffix("{}"))
      #expect(sent.contains("Authorization: Bearer t"))
    }
  }

  @Test(arguments: [
    ("500 Internal Server Error", "the server answered 500 Internal Server Error"),
    ("404 Not Found", "the server answered 404 Not Found"),
    ("304 Not Modified", "the server answered 304 Not Modified"),
  ])
  func `a status that is not 2xx is an error`(status: String, reason: String) async {
    await #expect(throws: SourceError(reason)) { try await fetch(ScriptedServer.answer("", status: status)) }
  }

  @Test func `a broken JSON is an error that does not repeat it`() async {
    await #expect(throws: SourceError("the answer is not JSON")) {
      try await fetch(ScriptedServer.answer("{secret", headers: "Content-Type: application/json\r\n"))
    }
  }

  @Test func `a very deep JSON is refused`() async {
    let deep = String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)
    await #expect(throws: SourceError("the answer is nested deeper than 32")) {
      try await fetch(ScriptedServer.answer(deep, headers: "Content-Type: application/json\r\n"))
    }
  }

  @Test func `a server that never answers is given up in time`() async throws {
    #expect(try await failure([.pause(.seconds(20))]) == "no answer within 0.4 s")
  }

  @Test func `a server that trickles is given up in time`() async throws {
    let trickle = [ScriptedServer.Step.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")]
      + Array(repeating: [.send("x"), .pause(.milliseconds(50))], count: 200).flatMap(\.self)

    #expect(try await failure(trickle) == "no answer within 0.4 s")
  }

  @Test func `a flood is cut at 5 MiB`() async throws {
    let megabyte = String(repeating: "x", count: 1 << 20)
    let steps: [ScriptedServer.Step] = [
      .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), .flood("100000\r\n\(megabyte)\r\n"),
    ]

    #expect(try await failure(steps, timeout: .seconds(20)) == "the answer is larger than 5 MiB")
  }

  @Test func `an answer shorter than it says is an error`() async throws {
    let steps: [ScriptedServer.Step] = [.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"), .close]

    #expect(
      try await failure(steps, timeout: .seconds(5)) == "the server closed the connection before the answer was whole")
  }

  @Test func `what is no HTTP is an error`() async throws {
    let steps: [ScriptedServer.Step] = [.send("-ERR unknown command\r\n"), .close]

    #expect(try await failure(steps, timeout: .seconds(5)) == "the answer is not HTTP")
  }

  @Test(arguments: [
    ("http://user:word@127.0.0.1:1/", "the server cannot be reached: connection refused"),
    ("http://localhost:1/", "the server cannot be reached: connection refused"),
    ("http://nowhere.invalid/", "the host was not found"), ("http://", "the URL is not valid"),
  ])
  func `a server that cannot be reached is told at once`(url: String, reason: String) async throws {
    let client = HTTPClient(configuration: HTTPSource.clientConfiguration)
    let request = HTTPRequestDefinition(url: url)

    await #expect(throws: SourceError(reason)) {
      try await HTTPSource(request, timeout: .seconds(30), client: client).fetch()
    }

    try await client.shutdown()
  }

  @Test func `three redirects are followed, a fourth is not`() async throws {
    let script: @Sendable (String) -> [ScriptedServer.Step] = { path in
      guard let left = Int(path.dropFirst()), left > 0 else { return ScriptedServer.answer("there") }
      return ScriptedServer.answer("", status: "302 Found", headers: "Location: /\(left - 1)\r\n")
    }
    try await with(script) { server, client async throws in
      let three = HTTPSource(HTTPRequestDefinition(url: server.url("/3")), timeout: .seconds(5), client: client)
      let four = HTTPSource(HTTPRequestDefinition(url: server.url("/4")), timeout: .seconds(5), client: client)

      #expect(try await three.fetch() == "there")
      await #expect(throws: SourceError("the server redirects more than 3 times")) { try await four.fetch() }
    }
  }

  @Test func `headers stay behind when a redirect leads to another host`() async throws {
    let other = try await ScriptedServer { _ in ScriptedServer.answer("there") }
    let place = other.url("/")
    let redirect = ScriptedServer.answer("", status: "307 Temporary Redirect", headers: "Location: \(place)\r\n")
    try await with({ _ in redirect }) {
      server, client async throws in
      let request = HTTPRequestDefinition(url: server.url("/"), headers: [.init(name: "X-Api-Key", value: "hidden")])
      #expect(try await HTTPSource(request, timeout: .seconds(5), client: client).fetch() == "there")
    }

    #expect(other.requests.withLock { $0.count == 1 && !$0[0].contains("hidden") })
    await other.stop()
  }

  @Test func `an answer that swells when decompressed is cut`() async throws {
    let bomb = try await CommandSource(["sh", "-c", "head -c 67108864 /dev/zero | gzip -9 | base64 -w0"]).fetch()
    let bytes = try #require(bomb.text.flatMap { Data(base64Encoded: String($0.trimmed)) })
    let steps: [ScriptedServer.Step] = [
      .send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(bytes.count)\r\n\r\n"),
      .sendBytes(Array(bytes)),
    ]

    #expect(try await failure(steps, timeout: .seconds(10)) == "the answer is larger than 5 MiB")
  }

  @Test func `a picture is told by its first bytes, not by what the server says`() async throws {
    let svg = ScriptedServer.answer("<svg>", headers: "Content-Type: image/png\r\n")
    try await with({ path in
      path == "/gif" ? ScriptedServer.answer("GIF89a....") : svg
    }) { server, client async throws in
      let gif = ImageSource(url: server.url("/gif"), timeout: .seconds(5), client: client)
      let svg = ImageSource(url: server.url("/svg"), timeout: .seconds(5), client: client)

      #expect(try await gif.fetch() == "data:image/gif;base64,R0lGODlhLi4uLg==")
      await #expect(throws: SourceError("the picture is no PNG, JPEG, GIF or WebP")) { try await svg.fetch() }
    }
  }
}
