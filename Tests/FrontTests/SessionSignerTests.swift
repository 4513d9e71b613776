import Testing

@testable import Front

@Suite struct SessionSignerTests {
  private let signer = SessionSigner(key: Array(repeating: 7, count: 32))
  private let other = SessionSigner(key: Array(repeating: 8, count: 32))

  @Test func `a session comes back from its cookie at every front with the key`() {
    let cookie = signer.makeSession()

    let session = SessionSigner(key: Array(repeating: 7, count: 32)).session(ofCookie: cookie)

    #expect(session.map { cookie.hasPrefix("\($0.id).") && $0.login == nil } == true)
    #expect(other.session(ofCookie: cookie) == nil)
    #expect(signer.makeSession() != cookie)
  }

  @Test func `a cookie with any character changed is no session`() {
    let cookie = Array(signer.makeSession().utf8)
    for index in cookie.indices {
      var forged = cookie
      forged[index] = forged[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      #expect(signer.session(ofCookie: String(decoding: forged, as: UTF8.self)) == nil)
      #expect(signer.session(ofCookie: String(decoding: cookie[..<index], as: UTF8.self)) == nil)
    }
  }

  @Test(arguments: ["", ".", "..", "a.b.c", "é.ü", String(repeating: "a", count: 5 * 1024), String(repeating: ".", count: 64)])
  func `garbage is no session`(cookie: String) {
    #expect(signer.session(ofCookie: cookie) == nil)
  }

  @Test func `a sign-in's session carries who and when, and nobody can change either`() throws {
    let login = Session.Login(user: "ada.l@example", at: 1_700_000_000)
    let cookie = signer.makeSession(login)

    #expect(signer.session(ofCookie: cookie)?.login == login)
    #expect(other.session(ofCookie: cookie) == nil)
    #expect(signer.session(ofCookie: cookie.replacing("ada", with: "bob")) == nil)
    #expect(signer.session(ofCookie: cookie.replacing("1700000000", with: "1800000000")) == nil)
    for length in 0..<cookie.utf8.count { #expect(signer.session(ofCookie: cookie.prefix(length)) == nil) }
  }

  @Test func `a page's token is good for its session only, and a signature for one purpose is for no other`() throws {
    let session = try #require(signer.session(ofCookie: signer.makeSession())).id
    let token = signer.csrfToken(session: session)

    #expect(signer.isValid(csrfToken: token, session: session))
    #expect(!signer.isValid(csrfToken: token, session: "another"))
    #expect(!signer.isValid(csrfToken: "", session: session))
    #expect(!signer.isValid(csrfToken: String(token.dropLast()), session: session))
    #expect(!other.isValid(csrfToken: token, session: session))
    #expect(signer.session(ofCookie: "\(session).\(token)") == nil)
  }

  @Test func `a viewer is a tab of a session, and nobody can say whose`() {
    let tab = "tttttttttttttttttttttt"

    #expect(signer.viewer(session: "a", tab: tab) == signer.viewer(session: "a", tab: tab))
    #expect(signer.viewer(session: "a", tab: tab) != signer.viewer(session: "b", tab: tab))
    #expect(signer.viewer(session: "a", tab: tab)?.text.contains(tab) == false)
    for bad in ["", "short", "with spaces in the name", String(repeating: "x", count: 65), "ümlaut-ümlaut-ümlaut"] {
      #expect(signer.viewer(session: "a", tab: bad) == nil)
    }
  }
}
