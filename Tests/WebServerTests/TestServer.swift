import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import TestSupport
import Testing

@testable import WebServer

/// Starts a real server on a free port, runs `body`, and stops it.
func withServer(
  _ change: (inout WebServerConfiguration) -> Void = { _ in },
  body: (TestServer) async throws -> Void
) async throws {
  let (ports, bound) = AsyncStream.makeStream(of: Int.self)
  let server = makeServer(change, WebServerHooks(onBound: { bound.yield($0) }))
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask {
      defer { bound.finish() }
      try await server.run()
    }
    var iterator = ports.makeAsyncIterator()
    let port = try #require(await iterator.next())
    try await body(TestServer(port: port, server: server))
    group.cancelAll()
  }
}

/// Runs a server in a service group; `stop` begins the graceful shutdown, whose end is awaited.
func withService(
  _ change: (inout WebServerConfiguration) -> Void = { _ in },
  onShutdown: @escaping @Sendable () async -> Void = {}, body: (TestServer, () -> Void) async throws -> Void
) async throws {
  let (ports, bound) = AsyncStream.makeStream(of: Int.self)
  let server = makeServer(change, WebServerHooks(onBound: { bound.yield($0) }, onShutdown: onShutdown))
  let (stops, stopping) = AsyncStream.makeStream(of: Void.self)
  let group = ServiceGroup(services: [server], logger: Logger(label: "test"))
  try await withThrowingTaskGroup(of: Void.self) { tasks in
    tasks.addTask { try await group.run() }
    tasks.addTask {
      for await _ in stops { await group.triggerGracefulShutdown() }
    }
    var iterator = ports.makeAsyncIterator()
    let port = try #require(await iterator.next())
    try await body(TestServer(port: port, server: server)) { stopping.yield() }
    stopping.finish()
    try await tasks.waitForAll()
  }
}

func makeServer(
  _ change: (inout WebServerConfiguration) -> Void = { _ in }, _ hooks: WebServerHooks
) -> WebServer {
  var configuration = WebServerConfiguration(port: 0)
  configuration.limits.lingerTime = .milliseconds(500)
  change(&configuration)
  var logger = Logger(label: "test")
  logger.logLevel = .critical
  let environment = WebServerEnvironment(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
  return WebServer(
    configuration, hot: TestRoutes(), responder: makeRouter().buildResponder(), environment: environment, hooks: hooks)
}

struct TestServer: Sendable {
  let port: Int
  let server: WebServer

  func connect() async throws -> RawClient { try await RawClient.connect(port: port) }

  /// Sends bytes on a connection of their own and returns the one answer.
  func ask(_ text: String, ofHead: Bool = false) async throws -> RawResponse {
    let client = try await connect()
    defer { client.close() }
    try await client.send(text)
    return try await client.readResponse(ofHead: ofHead)
  }

  func get(_ path: String, _ headers: String = "") async throws -> RawResponse {
    try await ask("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n")
  }
}

/// One hot route of each kind.
struct TestRoutes: HotRoutes {
  let repeatableParameter = "since"
  private static let cached = WebResponse(type: "text/plain", body: ByteBuffer(string: "hello")).encoded()
  private static let big = WebResponse(type: "text/plain", body: ByteBuffer(repeating: 0x62, count: 1_000_000))
    .encoded()

  /// More than a socket takes at once, and different everywhere.
  static let longText = (0..<1_000_000).map { "\($0)," }.joined()
  private static let long = WebResponse(type: "text/plain", body: ByteBuffer(string: longText)).encoded()

  func decide(_ head: RequestHead, on eventLoop: any EventLoop) -> RequestDecision {
    switch head.path {
    case "/bytes": .bytes(Self.cached)
    case "/big": .bytes(Self.big)
    case "/huge": .response(WebResponse(body: ByteBuffer(repeating: 0x63, count: 24_000_000)))
    case "/number": .response(text(head.queryValue("n") ?? "none"))
    case "/again": again(head)
    case "/again-long": .repeatable(.bytes(Self.long)) { _ in .bytes(Self.long) }
    case "/client": .response(text(head.clientAddress))
    case "/later": later(head, eventLoop)
    case "/fails": .later(eventLoop.makeFailedFuture(WebError(.conflict, code: "conflict", message: "It \"fails\".")))
    case "/echo": .body(maximum: 65_536) { .response(WebResponse(type: "text/plain", body: $0)) }
    case "/echo-routed": .body(maximum: 100) { _ in .router }
    case "/ws": .webSocket { EchoSession(outbound: $0) }
    case "/ws-late": .webSocket { LateSession(outbound: $0) }
    case "/ws-flood": .webSocket { FloodSession(outbound: $0) }
    default: .router
    }
  }

  private func text(_ text: String) -> WebResponse { WebResponse(type: "text/plain", body: ByteBuffer(string: text)) }

  private func again(_ head: RequestHead) -> RequestDecision {
    let number = head.queryValue("n")
    return .repeatable(.response(text(head.queryValue("since") ?? number ?? "none"))) { value in
      .response(text(value.map { String(decoding: $0, as: UTF8.self) } ?? number ?? "none"))
    }
  }

  private func later(_ head: RequestHead, _ eventLoop: any EventLoop) -> RequestDecision {
    let number = head.queryValue("n") ?? "none"
    let time = TimeAmount.milliseconds(head.queryValue("ms").flatMap { Int64($0) } ?? 20)
    return .later(
      eventLoop.scheduleTask(in: time) {
        .response(WebResponse(type: "text/plain", body: ByteBuffer(string: number)))
      }.futureResult)
  }
}

func makeRouter() -> Router<BasicRequestContext> {
  let router = Router()
  router.get("routed") { request, _ in "routed \(request.uri.queryParameters["n"] ?? "")" }
  router.get("address") { request, _ in request.headers[HTTPField.Name("x-client-address")!] ?? "none" }
  router.get("throws") { _, _ -> String in throw CancellationError() }
  router.get("teapot") { _, _ -> String in throw HTTPError(.init(code: 418)) }
  router.get("stream") { _, _ in
    Response(
      status: .ok,
      body: ResponseBody { writer in
        for index in 0..<64 { try await writer.write(ByteBuffer(repeating: UInt8(index), count: 65_536)) }
        try await writer.finish(nil)
      })
  }
  router.get("long") { _, _ in
    Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(repeating: 7, count: 600_000)))
  }
  router.get("short-of-length") { _, _ in
    Response(
      status: .ok,
      body: ResponseBody(contentLength: 600_000) { writer in
        try await writer.write(ByteBuffer(string: "too little"))
        try await writer.finish(nil)
      })
  }
  router.post("upload") { request, _ in
    let body = try await request.body.collect(upTo: 2_000_000)
    return "\(body.readableBytes)"
  }
  router.post("echo-routed") { request, _ in String(buffer: try await request.body.collect(upTo: 1000)) }
  return router
}

/// Sends every message back.
final class EchoSession: WebSocketSession {
  private let outbound: WebSocketOutbound
  init(outbound: WebSocketOutbound) { self.outbound = outbound }

  func opened() { outbound.send(text: "welcome") }

  func received(text: ByteBuffer) {
    if String(buffer: text) == "please close" { return outbound.close(.init(4010), reason: "as you wish") }
    outbound.write(frame: WebSocketFrames.text(text))
  }

  func closed() {}
}

/// Sends every message back a while after it came.
final class LateSession: WebSocketSession {
  private let outbound: WebSocketOutbound
  init(outbound: WebSocketOutbound) { self.outbound = outbound }

  func opened() {}
  func closed() {}
  func received(text: ByteBuffer) {
    outbound.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(30)) {
      self.outbound.send(frame: WebSocketFrames.text(text))
    }
  }
}

/// Writes without end until its peer is stuck for 300 ms, and then gives up on it.
final class FloodSession: WebSocketSession {
  private let outbound: WebSocketOutbound
  private let frame = WebSocketFrames.text(ByteBuffer(repeating: 0x78, count: 16_384))
  private var isClosed = false
  private var stuckSince: NIODeadline?
  init(outbound: WebSocketOutbound) { self.outbound = outbound }

  func opened() { flood() }
  func writabilityChanged(isWritable: Bool) { stuckSince = isWritable ? nil : .now() }
  func received(text: ByteBuffer) {}
  func closed() { isClosed = true }

  private func flood() {
    guard !isClosed else { return }
    while outbound.isWritable {
      outbound.write(frame: frame)
      outbound.flush()
    }
    if let stuckSince, .now() - stuckSince > .milliseconds(300) { return outbound.close(.init(4008), reason: "slow") }
    outbound.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(20)) { self.flood() }
  }
}

extension WebSocketClient {
  static func open(_ server: TestServer, path: String = "/ws") async throws -> WebSocketClient {
    try await open(try await server.connect(), handshake: handshake(path: path))
  }
}
