import Backplane
import DashboardFiles
import DashboardModel
import Foundation
import Logging
import NIOCore
import NIOPosix
import PageSync
import Producer
import Synchronization
import TestSupport
import Testing
import WebServer

@testable import Front

/// A front on a free port, over a backplane in memory.
struct TestFront: Sendable {
  let port: Int
  let backplane: MemoryBackplane

  static let client = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../client").standardized.path

  /// Serves until `body` ends. With `dashboards` (file name to text) a whole producer runs beside it.
  static func run(
    _ dashboards: [String: String] = [:], logger: Logger = quiet, _ body: (TestFront) async throws -> Void
  ) async throws {
    try await run({ _ in }, dashboards, logger: logger, body)
  }

  static func run(
    _ change: (inout FrontSettings) -> Void, _ dashboards: [String: String] = [:],
    web: WebServerConfiguration = WebServerConfiguration(port: 0), logger: Logger = quiet,
    backplane: MemoryBackplane = MemoryBackplane(), _ body: (TestFront) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "splitflap-front-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in dashboards { try Data(text.utf8).write(to: folder.appending(path: name)) }
    var settings = FrontSettings()
    settings.clientFolder = client
    // Tests beat when they need it, on machines that are busy.
    settings.limits.quietOwner = Freshness.patience
    change(&settings)
    let (ports, bound) = AsyncStream.makeStream(of: Int.self)
    var hooks = FrontHooks()
    hooks.onBound = { bound.yield($0) }
    let front = FrontService(
      backplane: backplane, settings: settings, web: web,
      eventLoops: MultiThreadedEventLoopGroup.singleton, logger: logger, hooks: hooks)
    let producer = ProducerService(
      backplane: backplane,
      settings: ProducerSettings(folder: DashboardFolder(path: folder.path), redis: { _, _ in .null }, report: { _ in }),
      logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await front.run() }
      if !dashboards.isEmpty { group.addTask { try await producer.run() } }
      var iterator = ports.makeAsyncIterator()
      let server = TestFront(port: try #require(await iterator.next()), backplane: backplane)
      if !dashboards.isEmpty { try await server.untilReady() }
      try await body(server)
      group.cancelAll()
    }
  }

  static let quiet: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
  }()

  /// A lease takes a second to be sure that nobody else holds it.
  private func untilReady() async throws {
    for _ in 0..<100 {
      if try await get("/health/ready").status == 200 { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("the front never became ready")
  }

  // MARK: Requests

  func ask(_ request: String) async throws -> RawResponse {
    let client = try await RawClient.connect(port: port)
    defer { client.close() }
    try await client.send(request)
    return try await client.readResponse()
  }

  func get(_ path: String, method: String = "GET", _ headers: [String] = []) async throws -> RawResponse {
    try await ask("\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n" + headers.map { "\($0)\r\n" }.joined() + "\r\n")
  }

  func post(_ path: String, _ body: String, _ headers: [String]) async throws -> RawResponse {
    let head = ["Host: localhost", "Content-Length: \(body.utf8.count)"] + headers
    return try await ask("POST \(path) HTTP/1.1\r\n" + head.map { "\($0)\r\n" }.joined() + "\r\n" + body)
  }

  /// A browser that opened the page.
  func browser(on page: String) async throws -> Browser {
    let answer = try await get("/\(page)")
    let cookie = try #require(answer.header("set-cookie")?.split(separator: ";").first)
    let csrf = try #require(answer.text.firstMatch(of: /splitflap-csrf" content="([^"]+)"/)?.1)
    return Browser(front: self, page: page, cookie: String(cookie), csrf: String(csrf))
  }

  /// A socket, opened and greeted.
  func socket(
    _ page: String, query: String = "", since: Version? = nil, headers: [String] = []
  ) async throws -> WebSocketClient {
    let path = "/api/pages/\(page)/socket\(query)"
    let handshake = WebSocketClient.handshake(path: path).replacing("\r\n\r\n", with: "\r\n" + headers.map { "\($0)\r\n" }.joined() + "\r\n")
    let socket = try await WebSocketClient.open(try await RawClient.connect(port: port), handshake: handshake)
    let since = since.map { ",\"since\":\"\($0)\"" } ?? ""
    try await socket.send(1, #"{"type":"hello","protocol":1,"client":"\#(Browser.tab)"\#(since)}"#)
    return socket
  }
}

/// One tab of one session.
struct Browser: Sendable {
  static let tab = "tttttttttttttttttttttt"
  let front: TestFront
  let page: String
  let cookie: String
  let csrf: String
  var tab = Browser.tab

  var headers: [String] {
    ["Cookie: \(cookie)", "Origin: http://localhost", "Content-Type: application/json", "Splitflap-CSRF: \(csrf)"]
  }

  func poll(since: String? = nil) async throws -> RawResponse {
    let since = since.map { "&since=\($0)" } ?? ""
    return try await front.get("/api/pages/\(page)?client=\(tab)\(since)", ["Cookie: \(cookie)"])
  }

  func click(
    _ component: String, seq: Int, lo: Int? = nil, without: String? = nil, data: String = "{}"
  ) async throws -> RawResponse {
    let body = #"{"client":"\#(tab)","seq":\#(seq),"lo":\#(lo ?? seq),"component":"\#(component)","event":"click","data":\#(data)}"#
    return try await front.post(
      "/api/pages/\(page)/events", body, headers.filter { without.map($0.hasPrefix) != true })
  }
}

extension RawResponse {
  var json: JSON { (try? JSON(decoding: body)) ?? .null }
}

extension WebSocketClient {
  /// The next message that is not of these types.
  func next(skipping types: Set<String> = ["ping", "status"]) async throws -> JSON {
    while true {
      let frame = try await read()
      guard frame.opcode == 1 else { return .number(Double(frame.closeCode ?? 0)) }
      let json = try JSON(decoding: frame.payload)
      if !types.contains(json["type"]?.text ?? "") { return json }
    }
  }
}
