import DashboardModel
import Foundation
import TestSupport
import Testing

@testable import Front

/// Who may look, act, and see mistakes: the matrix of roles.
@Suite(.timeLimit(.minutes(2))) struct RoleTests {
  private static let accounts = Accounts(
    Person.users(["ada": ["ops"], "bob": ["sales"], "eve": ["editor", "sales"], "tim": []]))

  private static func run(_ body: (TestFront, ManualProducer) async throws -> Void) async throws {
    try await TestFront.run({ $0.accounts = accounts }) { front in
      let producer = try await ManualProducer(front.backplane)
      try await producer.begin {
        $0.access.view = .roles(["ops", "sales"])
        $0.access.act = .roles(["ops"])
      }
      while try await front.get("/login").status != 200 {}
      try await body(front, producer)
    }
  }

  /// A browser of somebody who signed in without the form, with its page's token.
  private static func browser(_ user: String, _ front: TestFront) async throws -> Browser {
    let key = try await front.backplane.signingKey(known: nil).get()
    let signer = SessionSigner(key: key)
    let value = signer.makeSession(accounts.makeLogin(user))
    let session = try #require(signer.session(ofCookie: value))
    return Browser(
      front: front, page: "board", cookie: "splitflap=\(value)", csrf: signer.csrfToken(session: session.id))
  }

  @Test(arguments: [("ada", 200, true), ("bob", 200, false), ("tim", 403, false), ("gone", 401, false)])
  func `who looks and who acts`(user: String, status: Int, acts: Bool) async throws {
    try await Self.run { front, _ in
      let browser = try await Self.browser(user, front)

      #expect(try await browser.poll().status == status)
      async let click = browser.click("a", seq: 1)
      if acts {
        let event = try await front.backplane.newEvents(0, after: nil, limit: 1, wait: .seconds(5)).first
        #expect(event?.record.roles == ["ops"])
        return
      }
      let answer = try await click
      #expect(answer.status == (status == 200 ? 403 : status))
      #expect(try await front.backplane.newEvents(0, after: nil, limit: 1, wait: .zero).isEmpty)
    }
  }

  @Test func `a page for roles is kept by no cache`() async throws {
    try await Self.run { front, _ in
      let answer = try await Self.browser("ada", front).poll()

      #expect(answer.header("cache-control") == "private, no-cache")
    }
  }

  @Test func `mistakes are told to editors alone`() async throws {
    try await Self.run { front, producer in
      let path = "/api/pages/board/mistakes"
      #expect(try await front.get(path).status == 403)
      for user in ["ada", "tim", "gone"] {
        #expect(try await front.get(path, ["Cookie: \(try await Self.browser(user, front).cookie)"]).status == 403)
      }

      async let told = front.get(path, ["Cookie: \(try await Self.browser("eve", front).cookie)"])
      _ = try await front.backplane.newEvents(0, after: nil, limit: 1, wait: .seconds(5))
      try await producer.open("board~editors-of-this-page")

      #expect(try await told.json == ["mistakes": .null])
      #expect(try await Self.browser("ada", front).poll().text.contains("mistakes") == false)
    }
  }
}
