import Backplane
import DashboardModel
import NIOCore
import TestSupport
import Testing
import WebServer

@testable import Front

/// The short way against the long way over every kind of page: the same bytes in the same pieces get the same answers, from
/// two fronts over the same pages of which one remembers requests.
@Suite(.timeLimit(.minutes(3))) struct RepeatedPollFuzzTests {
  @Test func `whatever is sent, and however it is cut, both ways answer the same`() async throws {
    try await Fronts.run { fronts in
      var random = SeededPolls(state: 11)
      for round in 0..<120 {
        if round % 20 == 19 { try await fronts.change(to: UInt64(round / 20 + 2)) }
        try await fronts.beat()
        let script = fronts.script(&random)

        let (short, long) = (try await fronts.short.play(script), try await fronts.long.play(script))

        #expect(short == long, "\(script)")
      }
    }
  }
}

/// What a client does, piece by piece.
private enum Step: CustomStringConvertible {
  /// Sends bytes that begin with a whole request, and waits for its answer.
  case ask([UInt8])
  case send([UInt8])

  var bytes: [UInt8] { switch self { case .ask(let bytes), .send(let bytes): bytes } }
  var description: String { String(decoding: bytes, as: UTF8.self).debugDescription }
}

/// Two fronts over the same pages, and the polls that browsers would send them.
private struct Fronts {
  let short: TestFront
  let long: TestFront
  let producers: [ManualProducer]
  /// Whole requests that ask since `SINCE`.
  let polls: [String]

  static func run(_ body: (Fronts) async throws -> Void) async throws {
    var plain = WebServerConfiguration(port: 0)
    plain.remembersRequests = false
    let accounts = Accounts(Person.users(["ada": ["ops"], "bob": ["sales"]]))
    let change = { @Sendable (settings: inout FrontSettings) in
      settings.accounts = accounts
      // Many ask for a version that never comes.
      settings.limits.catchUp = .milliseconds(2)
    }
    // The same cookies are good for both.
    let backplanes = [MemoryBackplane(key: [1, 2, 3]), MemoryBackplane(key: [1, 2, 3])]
    let cookies = ["ada", "bob"].map { SessionSigner(key: [1, 2, 3]).makeSession(accounts.makeLogin($0)) }
    try await TestFront.run(change, backplane: backplanes[0]) { short in
      try await TestFront.run(change, web: plain, backplane: backplanes[1]) { long in
        var producers: [ManualProducer] = []
        for backplane in backplanes { producers.append(try await makePages(backplane, cookies)) }
        let fronts = Fronts(short: short, long: long, producers: producers, polls: polls(cookies))
        for poll in fronts.polls {
          let settled = poll.replacing("SINCE", with: "5-aa:1")
          for front in [short, long] {
            for _ in 0..<20 where ![304, 401, 403].contains(try await front.ask(settled).status) { try await fronts.beat() }
          }
        }
        try await body(fronts)
      }
    }
  }

  /// An open page, a long one, one for roles, one of each viewer, and one with a parameter.
  private static func makePages(_ backplane: MemoryBackplane, _ cookies: [String]) async throws -> ManualProducer {
    let signer = SessionSigner(key: try await backplane.signingKey(known: nil).get())
    let producer = try await ManualProducer(backplane)
    try await producer.begin()
    try await producer.begin(#require(PageKey("long")), .string(String(repeating: "long text ", count: 100))) { _ in }
    try await producer.begin(#require(PageKey("team"))) { $0.access.view = .roles(["ops"]) }
    try await producer.begin(#require(PageKey("own"))) { $0.scope = .viewer }
    for cookie in cookies {
      let session = try #require(signer.session(ofCookie: cookie))
      let viewer = try #require(signer.viewer(session: session.id, tab: Browser.tab))
      try await producer.begin(#require(PageKey("own~\(viewer)")), .string("\(viewer)")) { $0.scope = .viewer }
    }
    let word = PageVariable(name: "name", title: "Name", kind: .text(longest: 40), fallback: "you")
    try await producer.begin(#require(PageKey("wide"))) { $0.variables = [word] }
    try await producer.begin(#require(PageKey("wide?name=me")), 2) { $0.variables = [word] }
    return producer
  }

  private static func polls(_ cookies: [String]) -> [String] {
    ["board?", "long?", "team?", "own?", "wide?", "wide?name=me&"].flatMap { page in
      (cookies + ["abc.def"]).map { cookie in
        "GET /api/pages/\(page)since=SINCE&client=\(Browser.tab) HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n"
          + "Accept-Encoding: gzip, deflate, br\r\nCookie: splitflap=\(cookie)\r\n\r\n"
      }
    }
  }

  /// The board changes, in both fronts.
  func change(to revision: UInt64) async throws {
    for producer in producers { try await producer.set(.number(Double(revision)), at: revision) }
    for front in [short, long] {
      for _ in 0..<200 where try await front.get("/api/pages/board?since=5-aa:\(revision)").header("page-state") == "behind" {
        try await beat()
      }
    }
  }

  func beat() async throws { for producer in producers { try await producer.beat() } }

  // MARK: Scripts

  private static let versions = ["5-aa:1", "5-aa:2", "5-aa%3A3", "5-aa:7", "4-aa:1", "5-ab:7", "", "x", "%35-aa:1"]

  private func poll(_ random: inout SeededPolls) -> [UInt8] {
    let version = Self.versions.randomElement(using: &random) ?? ""
    return Array((polls.randomElement(using: &random) ?? "").replacing("SINCE", with: version).utf8)
  }

  /// Polls as they are; then damaged ones, three times each: pipelined, cut in two, or with one and a half at once.
  func script(_ random: inout SeededPolls) -> [Step] {
    let page = polls.randomElement(using: &random) ?? ""
    var steps = (0..<3).map { _ -> Step in
      .ask(Array(page.replacing("SINCE", with: Self.versions.randomElement(using: &random) ?? "").utf8))
    }
    let mutant = random.damage(poll(&random))
    switch Int.random(in: 0..<3, using: &random) {
    case 0:
      let all = mutant + mutant + mutant, cut = Int.random(in: 0...all.count, using: &random)
      steps += [.send(Array(all[..<cut])), .send(Array(all[cut...]))]
    case 1:
      let cut = Int.random(in: 0...mutant.count, using: &random)
      steps += [.ask(poll(&random) + mutant[..<cut]), .send(Array(mutant[cut...])), .send(poll(&random) + mutant)]
    default:
      let half = Int.random(in: 1...mutant.count, using: &random)
      // What follows the half of a request is a whole one, which may have come before.
      steps += [.ask(poll(&random) + mutant[..<half]), .send(poll(&random)), .send(poll(&random)), .send(mutant)]
    }
    return steps
  }
}

/// The same numbers in each run.
private struct SeededPolls: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }

  /// None to two changes, most of them in the request line, where most is decided.
  mutating func damage(_ request: [UInt8]) -> [UInt8] {
    var request = request
    for _ in 0..<Int.random(in: 0...2, using: &self) {
      let most = Bool.random(using: &self) ? 60 : request.count - 1
      let place = Int.random(in: 0...min(most, request.count - 1), using: &self)
      switch Int.random(in: 0..<3, using: &self) {
      case 0: request[place] = Array("0159aA:-%&?=# \r\n;/\u{7F}".utf8).randomElement(using: &self) ?? 0
      case 1: request.insert(UInt8.random(in: 0...255, using: &self), at: place)
      default: request.remove(at: place)
      }
    }
    return request
  }
}

extension TestFront {
  /// All that comes back on one connection, but for what differs by nature (as in ``RepeatedPollTests``).
  fileprivate func play(_ script: [Step]) async throws -> String {
    let client = try await RawClient.connect(port: port)
    defer { client.close() }
    var said = ""
    for step in script {
      await client.trySend(step.bytes)
      guard case .ask = step else { continue }
      let answer = try await client.readResponse()
      said += answer.head + answer.text
    }
    try? await client.channel.close(mode: .output)
    said += try await client.readToEnd()
    return said.replacing(/Date: [^\r]*\r\n|"request_id":"[^"]*"|Page-Age: \d+|Connection: close\r\n/, with: "")
  }
}
