import DashboardModel
import Foundation
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import Front

/// A person at a browser without JavaScript, who may sign in.
struct Person: Sendable {
  static let password = "correct horse battery"
  /// Made once: a hash is slow on purpose.
  static let record: PasswordRecord = (try? PasswordHash.make(password)) ?? PasswordHash.nobody

  static func users(_ roles: [String: [String]]) -> Users { Users(roles.mapValues { Users.User(password: record, roles: $0) }) }

  let front: TestFront
  var cookie = ""

  /// Opens the form, fills it in and sends it.
  mutating func signIn(_ user: String, _ password: String = Person.password, next: String = "", _ headers: [String] = [])
    async throws -> RawResponse
  {
    let form = try await front.get("/login", cookie.isEmpty ? [] : ["Cookie: \(cookie)"])
    take(form)
    let csrf = try #require(form.text.firstMatch(of: /name="csrf" value="([^"]+)"/)?.1)
    let body = "csrf=\(csrf)&user=\(user)&password=\(password.replacing(" ", with: "+"))&next=\(next)"
    let answer = try await post("/login", body, headers)
    take(answer)
    return answer
  }

  func post(_ path: String, _ body: String, _ headers: [String] = []) async throws -> RawResponse {
    try await front.post(
      path, body, ["Cookie: \(cookie)", "Content-Type: application/x-www-form-urlencoded", "Origin: null"] + headers)
  }

  func get(_ path: String) async throws -> RawResponse { try await front.get(path, ["Cookie: \(cookie)"]) }

  func signOut(from page: String) async throws -> RawResponse {
    let csrf = try await get("/\(page)").text.firstMatch(of: /splitflap-csrf" content="([^"]+)"/)?.1
    return try await post("/logout", "csrf=\(try #require(csrf))")
  }

  private mutating func take(_ answer: RawResponse) {
    if let value = answer.header("set-cookie")?.split(separator: ";").first { cookie = String(value) }
  }
}

@Suite(.timeLimit(.minutes(2))) struct LoginTests {
  private static func run(_ users: Users = Person.users(["ada": ["ops"]]), _ body: (TestFront, Accounts) async throws -> Void)
    async throws
  {
    let accounts = Accounts(users)
    try await TestFront.run({ $0.accounts = accounts }) { front in
      let producer = try await ManualProducer(front.backplane)
      try await producer.begin { $0.access.view = .roles(["ops"]) }
      // The first answers wait for the key that signs sessions.
      while try await front.get("/login").status != 200 {}
      try await body(front, accounts)
    }
  }

  @Test func `a page for roles leads to the form, and the form back to the page`() async throws {
    try await Self.run { front, _ in
      var ada = Person(front: front)
      let refused = try await front.get("/board?x=1")
      #expect(refused.status == 303)
      #expect(refused.header("location") == "./login?next=/board%3Fx%3D1")
      #expect(refused.header("cache-control") == "private, no-cache")

      let answer = try await ada.signIn("ada", next: "board%3Fx%3D1")
      let page = try await ada.get("/board")

      #expect(answer.status == 303)
      #expect(answer.header("location") == "board?x=1")
      #expect(answer.header("set-cookie")?.contains("; HttpOnly; SameSite=Lax; Max-Age=604800") == true)
      #expect(page.status == 200)
      #expect(page.text.contains("Signed in as ada"))
      #expect(page.text.contains(#"splitflap-roles" content="ops""#))
      #expect(try await ada.get("/api/pages/board").status == 200)
    }
  }

  @Test func `who has no role gets a page that says so, and no data`() async throws {
    try await Self.run(Person.users(["bob": ["sales"]])) { front, _ in
      var bob = Person(front: front)
      _ = try await bob.signIn("bob")

      let page = try await bob.get("/board")

      #expect(page.status == 403)
      #expect(page.text.contains("bob"))
      #expect(try await bob.get("/api/pages/board").status == 403)
      #expect(try await front.get("/api/pages/board").status == 401)
    }
  }

  @Test func `each sign-in begins a new session`() async throws {
    try await Self.run { front, _ in
      var ada = Person(front: front)
      _ = try await ada.signIn("ada")
      let first = ada.cookie
      _ = try await ada.signIn("ada")

      #expect(ada.cookie.split(separator: ".").first != first.split(separator: ".").first)
    }
  }

  @Test func `a wrong password and an unknown user are told the same`() async throws {
    try await Self.run { front, _ in
      var one = Person(front: front), other = Person(front: front)
      let wrong = try await one.signIn("ada", "wrong"), unknown = try await other.signIn("eve", "wrong")

      let plain = { (answer: RawResponse) in answer.text.replacing(/name="csrf" value="[^"]+"/, with: "") }
      #expect(wrong.status == 401 && unknown.status == 401)
      #expect(plain(wrong) == plain(unknown))
      #expect(try await one.get("/board").status == 303)
    }
  }

  @Test func `the sixth try of a minute waits, whatever address it claims to have`() async throws {
    try await Self.run { front, _ in
      var answers: [RawResponse] = []
      for number in 0..<6 {
        var person = Person(front: front)
        answers.append(try await person.signIn("ada", "wrong", next: "", ["X-Forwarded-For: 10.0.0.\(number)", "X-Client-Address: 10.0.0.\(number)"]))
      }
      #expect(answers.prefix(5).allSatisfy { $0.status == 401 })
      #expect(answers[5].status == 429)
      #expect(answers[5].header("retry-after").flatMap { Int($0) }.map { (1...60).contains($0) } == true)
    }
  }

  @Test func `a form of another site, or without its token, signs nobody in or out`() async throws {
    try await Self.run { front, _ in
      var ada = Person(front: front)
      #expect(try await ada.signIn("ada", Person.password, next: "", ["Sec-Fetch-Site: cross-site"]).status == 403)
      _ = try await ada.signIn("ada")

      #expect(try await ada.post("/login", "user=ada&password=x").status == 403)
      #expect(try await ada.post("/logout", "csrf=wrong").status == 403)
      #expect(try await front.post("/logout", "csrf=x", ["Cookie: \(ada.cookie)", "Origin: http://evil.example"]).status == 403)
      #expect(try await ada.get("/api/pages/board").status == 200)
    }
  }

  @Test func `signing out ends the session at once, its sockets with 4014, and at the other fronts`() async throws {
    try await Self.run { front, _ in
      var ada = Person(front: front)
      _ = try await ada.signIn("ada")
      let socket = try await front.socket("board", headers: ["Cookie: \(ada.cookie)", "Origin: http://localhost"])
      _ = try await socket.next()

      let out = try await ada.signOut(from: "board")

      #expect(out.status == 303)
      #expect(out.header("set-cookie")?.contains("Max-Age=0") == true)
      #expect(try await ada.get("/api/pages/board").status == 401)
      while true {
        let message = try await socket.next()
        guard case .number(let code) = message else { continue }
        #expect(code == 4014)
        break
      }
      let id = ada.cookie.split(separator: "=").last?.split(separator: ".").first.map { String($0) }
      #expect(try await front.backplane.endedSessions().get() == [try #require(id)])
    }
  }

  @Test func `a role that is taken away ends sockets and polls, and one that is given opens them`() async throws {
    try await Self.run { front, accounts in
      var ada = Person(front: front)
      _ = try await ada.signIn("ada")
      let socket = try await front.socket("board", headers: ["Cookie: \(ada.cookie)", "Origin: http://localhost"])
      _ = try await socket.next()

      accounts.replace(Person.users(["ada": []]))
      #expect(try await ada.get("/api/pages/board").status == 403)
      var message = try await socket.next()
      while message["type"] != nil { message = try await socket.next() }
      #expect(message == 4014)
      accounts.replace(Person.users(["ada": ["ops"]]))
      #expect(try await ada.get("/api/pages/board").status == 200)
      accounts.replace(Person.users([:]))
      #expect(try await ada.get("/api/pages/board").status == 401)
    }
  }

  @Test func `the kept answer of a poll is not given again to who may not look any more`() async throws {
    try await Self.run { front, accounts in
      var ada = Person(front: front)
      _ = try await ada.signIn("ada")
      let client = try await RawClient.connect(port: front.port)
      defer { client.close() }
      let request = "GET /api/pages/board?client=\(Browser.tab) HTTP/1.1\r\nHost: localhost\r\nCookie: \(ada.cookie)\r\n\r\n"
      for _ in 0..<3 {
        try await client.send(request)
        #expect(try await client.readResponse().status == 200)
      }

      accounts.replace(Person.users(["ada": ["sales"]]))
      try await client.send(request)

      #expect(try await client.readResponse().status == 403)
    }
  }

  @Test func `without a users file there is no form, no corner, and a page for roles is for nobody`() async throws {
    try await TestFront.run { front in
      let producer = try await ManualProducer(front.backplane)
      try await producer.begin { $0.access.view = .roles(["ops"]) }
      var answer = try await front.get("/board")
      while answer.status == 503 { answer = try await front.get("/board") }

      #expect(answer.status == 403)
      #expect(!answer.text.contains("login"))
      #expect(try await front.get("/api/pages/board").status == 403)
    }
  }
}

@Suite struct AccountTests {
  private let session = Session(id: "id", login: Session.Login(user: "ada", at: 1000))

  @Test func `a sign-in lasts seven days`() {
    let now = Mutex(1000)
    let accounts = Accounts(Users(["ada": Users.User(password: PasswordHash.nobody, roles: ["ops"])])) { now.withLock { $0 } }

    for (time, isIn) in [(1000, true), (1000 - 299, true), (1000 - 3600, false), (605_799, true), (605_800, false)] {
      now.withLock { $0 = time }
      #expect((accounts.standing(of: session) == .signedIn("ada", roles: ["ops"])) == isIn, "at \(time)")
    }
  }

  @Test func `whatever changes a session's standing beats`() {
    let accounts = Accounts(Users(["ada": Users.User(password: PasswordHash.nobody, roles: [])])) { 1000 }
    let beats = accounts.pulse.count

    accounts.heardEnded(["other"])
    accounts.heardEnded(["other"])
    accounts.end("id")
    accounts.replace(Users())

    #expect(accounts.pulse.count == beats + 3)
    #expect(accounts.unsent == ["id"])
    #expect(accounts.standing(of: session) == .ended)
  }

  @Test func `of ended sessions the newest are kept`() {
    var ended = EndedSessions()
    for number in 0..<(EndedSessions.most * 2) { ended.add("\(number)", isOurs: true) }

    #expect(ended.contains("\(EndedSessions.most * 2 - 1)"))
    #expect(!ended.contains("0"))
    #expect(ended.unsent.count <= EndedSessions.most * 5 / 4)
  }

  @Test func `a password matches its own hash and no other`() throws {
    let record = Person.record

    #expect(PasswordRecord(record.text) == record)
    #expect(PasswordHash.matches(Person.password, record))
    #expect(!PasswordHash.matches(Person.password + "x", record))
    #expect(!PasswordHash.matches("", PasswordHash.nobody))
    #expect(try PasswordHash.make("same").hash != PasswordHash.make("same").hash)
  }

  @Test(arguments: [
    "", "secret", "scrypt$15$8$1$00$00", "scrypt$13$8$1$" + String(repeating: "00", count: 16) + "$" + String(repeating: "00", count: 32),
    "scrypt$30$8$1$" + String(repeating: "00", count: 16) + "$" + String(repeating: "00", count: 32),
    "scrypt$15$8$1$" + String(repeating: "0g", count: 16) + "$" + String(repeating: "00", count: 32),
  ])
  func `what is no hash, or a weak or monstrous one, is refused`(text: String) {
    #expect(PasswordRecord(text) == nil)
  }

  @Test(arguments: [
    "//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/shop//evil", "/shop/../x", "", "/",
    "shop\r\nSet-Cookie: x", "/ shop", "/shop?a=\u{E9}", "/SHOP", "evil.example", "@evil", "shop/./x", String(repeating: "a", count: 2000),
  ])
  func `the sign-in leads to no other place`(text: String) { #expect(NextAddress.read(text) == nil) }

  @Test func `the sign-in leads to pages of ours`() {
    #expect(NextAddress.read("/shop?region=us&word=a%20b") == "shop?region=us&word=a%20b")
    #expect(NextAddress.read("hello/ada") == "hello/ada")
  }

  @Test func `many names from one address and many addresses for one name wait too`() {
    let throttle = LoginThrottle(), now = NIODeadline.now()

    #expect((0..<30).allSatisfy { throttle.take(user: "u\($0)", address: "a", now: now) == nil })
    #expect(throttle.take(user: "new", address: "a", now: now) != nil)
    #expect((0..<30).allSatisfy { throttle.take(user: "u", address: "b\($0)", now: now) == nil })
    #expect(throttle.take(user: "u", address: "new", now: now) != nil)
    #expect(throttle.take(user: "u", address: "new", now: now + .seconds(61)) == nil)
  }
}
