import AsyncHTTPClient
import DashboardModel
import PageSync
import Synchronization
import Testing

@testable import Producer

/// Against a real server on loopback.
@Suite(.timeLimit(.minutes(1))) struct HTTPActionTests {
  private static let token = "canary-token-5d1f"

  private func action(_ url: String) -> ActionDefinition {
    var request = HTTPRequestDefinition(url: url, method: "POST")
    request.headers = [.init(name: "Authorization", value: "Bearer \(Self.token)")]
    request.body = #"{"why":"pressed"}"#
    return ActionDefinition(name: "restart", request: request, timeout: 8)
  }

  private func press(
    _ script: @escaping @Sendable (String) -> [ScriptedServer.Step],
    _ change: (inout ActionDefinition) -> Void = { _ in },
    _ check: (Result<EventResult, any Error>, [String]) throws -> Void
  ) async throws {
    let server = try await ScriptedServer(script)
    let client = HTTPClient(configuration: HTTPSource.clientConfiguration)
    var action = action(server.url("/restart"))
    change(&action)
    let target = EventTarget(
      page: try #require(PageKey("desk")), component: try #require(ComponentID("restart")), name: "click", action: action)
    let event = HandledEvent(
      target: target, viewer: TestBoard.viewer, data: [:], key: "00112233445566778899aabbccddeeff",
      progress: HandlerProgress())
    let result: Result<EventResult, any Error>
    do {
      let handler = try #require(HTTPActions(client: client).handler(for: target))
      result = .success(try await handler.handle(event))
    } catch {
      result = .failure(error)
    }
    try await client.shutdown()
    await server.stop()
    try check(result, server.requests.withLock { $0 })
  }

  @Test func `an action sends its request with the event's key, then says so and refreshes`() async throws {
    try await press({ _ in ScriptedServer.answer("ok") }, {
      $0.say = "Worker restarted"
      $0.refresh = ["queue"]
    }) { result, requests in
      let request = try #require(requests.first)
      #expect(request.hasPrefix("POST /restart HTTP/1.1\r\n"))
      #expect(request.contains("Idempotency-Key: 00112233445566778899aabbccddeeff\r\n"))
      #expect(request.contains("Authorization: Bearer \(Self.token)\r\n"))
      #expect(try result.get().reply.notices == [.init("Worker restarted", level: .good)])
      #expect(try result.get().refresh == ["queue"])
    }
  }

  @Test(arguments: [("404 Not Found", "404 Not Found"), ("503 Service Unavailable", "503 Service Unavailable")])
  func `an answer from 400 on fails and its status is told`(status: String, told: String) async throws {
    try await press({ _ in ScriptedServer.answer("", status: status) }) { result, _ in
      #expect(result.failureText == "It did not work: the server answered \(told)")
    }
  }

  @Test func `a failure never tells a secret, even if the server does`() async throws {
    try await press({ _ in ScriptedServer.answer("", status: "499 Bad \(Self.token)") }) { result, _ in
      let text = try #require(result.failureText)
      #expect(text.contains("499") && !text.contains(Self.token))
    }
  }

  @Test func `a redirect to another server is not followed`() async throws {
    let other = try await ScriptedServer { _ in ScriptedServer.answer("stolen") }
    let place = other.url("/")
    try await press({ _ in ScriptedServer.answer("", status: "307 Temporary Redirect", headers: "Location: \(place)\r\n") }) {
      result, _ in
      #expect(result.failureText == "It did not work: the server redirects to another one, which is not followed")
    }

    #expect(other.requests.withLock { $0.isEmpty })
    await other.stop()
  }

  @Test func `a redirect within the server is followed with the same method`() async throws {
    try await press({ path in
      path == "/restart"
        ? ScriptedServer.answer("", status: "308 Permanent Redirect", headers: "Location: /there\r\n")
        : ScriptedServer.answer("ok")
    }) { result, requests in
      #expect(result.failureText == nil)
      #expect(requests.count == 2 && requests[1].hasPrefix("POST /there HTTP/1.1\r\n"))
    }
  }

  @Test func `a server that does not answer fails the action when its time is over`() async throws {
    try await press({ _ in [.pause(.seconds(60))] }, { $0.timeout = 0.3 }) { result, _ in
      #expect(result.failureText?.hasPrefix("It did not work: ") == true)
    }
  }

  @Test func `an uncertain action is begun at most once if its file says so`() async throws {
    let action = action("http://127.0.0.1:1/")
    var skipped = action
    skipped.isRepeated = false

    #expect(HTTPAction(action: action, client: .shared).effects == .atLeastOnce)
    #expect(HTTPAction(action: skipped, client: .shared).effects == .atMostOnce)
  }

  @Test func `only who has one of its roles may run an action`() async throws {
    var action = action("http://127.0.0.1:1/")
    action.allow = .roles(["ops"])
    var target = EventTarget(
      page: try #require(PageKey("desk")), component: try #require(ComponentID("restart")), name: "click", action: action)

    #expect(HTTPActions(client: .shared).handler(for: target).map { _ in true } == nil)
    target.roles = ["ops"]
    #expect(HTTPActions(client: .shared).handler(for: target).map { _ in true } == true)
  }

  @Test func `a press goes through the board to the server, and its answer back with the event's end`() async throws {
    let server = try await ScriptedServer { path in
      path == "/good" ? ScriptedServer.answer("ok") : ScriptedServer.answer("", status: "500 Internal Server Error")
    }
    let client = HTTPClient(configuration: HTTPSource.clientConfiguration)
    let desk = """
      act: anyone
      actions:
        good: { type: http, url: "\(server.url("/good"))", after: { say: Done } }
        bad: { type: http, url: "\(server.url("/bad"))", on_uncertain: skip }
      components: { yes: { type: button, action: good }, no: { type: button, action: bad } }
      """
    try await HandlerBench.run(HTTPActions(client: client), desk: desk) { bench in
      try await bench.click("yes", seq: 1)
      try await bench.click("no", seq: 2)

      let ended = try await bench.endings(2)
      #expect(ended.first?.reply.note == Array(#"{"notices":[{"text":"Done","level":"good"}]}"#.utf8))
      #expect(ended.last?.reply.outcome == .failed("handler"))
      #expect(ended.last?.reply.note.map { String(decoding: $0, as: UTF8.self) }?.contains("answered 500") == true)
    }
    #expect(server.requests.withLock { $0.count } == 2)
    try await client.shutdown()
    await server.stop()
  }
}

extension Result<EventResult, any Error> {
  fileprivate var failureText: String? {
    if case .failure(let error) = self { (error as? EventFailure)?.text ?? "\(error)" } else { nil }
  }
}
