import Crypto
package import DashboardModel
import FoundationEssentials

/// A browser's session, as its cookie says it.
package struct Session: Hashable, Sendable {
  /// Random; new at each sign-in.
  package let id: String
  /// Who signed in; `nil` for a viewer without a name.
  package let login: Login?

  package struct Login: Hashable, Sendable {
    package let user: String
    /// Seconds since 1970.
    package let at: Int
  }
}

/// Makes and checks sessions without keeping any: a cookie is a random id, after a sign-in the time and the user, and
/// the signature of all that under the key all fronts share, so any front accepts what another gave out.
package struct SessionSigner: Sendable {
  /// The key all fronts share; never logged.
  let key: [UInt8]

  package init(key: [UInt8]) { self.key = key }

  /// The cookie's name; browsers refuse `__Host-` without `Secure`.
  package static func cookieName(secure: Bool) -> String { secure ? "__Host-splitflap" : "splitflap" }

  /// A new session: the value of its cookie, `id.signature`, or `id.time.signature.user` after a sign-in.
  package func makeSession(_ login: Session.Login? = nil) -> String {
    let id = Self.base64(SymmetricKey(size: .init(bitCount: 128)).withUnsafeBytes { Array($0) })
    guard let login else { return "\(id).\(sign("session", id))" }
    return "\(id).\(login.at).\(sign("login", "\(id) \(login.at) \(login.user)")).\(login.user)"
  }

  /// The session a cookie stands for; `nil` for one this key did not sign.
  package func session(ofCookie value: some StringProtocol) -> Session? {
    guard value.utf8.count <= 160 else { return nil }
    // A user's name may have dots, so it stands last.
    let parts = value.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false).map { String($0) }
    if parts.count == 2, isEqual(sign("session", parts[0]), parts[1]) { return Session(id: parts[0], login: nil) }
    guard parts.count == 4, let at = Int(parts[1]), "\(at)" == parts[1], Users.isName(parts[3]),
      isEqual(sign("login", "\(parts[0]) \(parts[1]) \(parts[3])"), parts[2])
    else { return nil }
    return Session(id: parts[0], login: Session.Login(user: parts[3], at: at))
  }

  /// The token a page's scripts send with each event: only a page of ours could read it.
  package func csrfToken(session: String) -> String { sign("csrf", session) }

  package func isValid(csrfToken: String, session: String) -> Bool {
    isEqual(self.csrfToken(session: session), csrfToken)
  }

  /// Who a tab of a session is: the session's part, then the tab's own (``ViewerID/session``). Derived, so another session
  /// that learns the tab's id still is somebody else.
  package func viewer(session: String, tab: String) -> ViewerID? {
    guard (16...64).contains(tab.utf8.count), ViewerID(tab) != nil else { return nil }
    return ViewerID(sign("viewers", session) + sign("viewer", "\(session) \(tab)"))
  }

  private func sign(_ purpose: String, _ text: String) -> String {
    let code = HMAC<SHA256>.authenticationCode(for: Data("\(purpose) \(text)".utf8), using: SymmetricKey(data: key))
    return Self.base64(Array(code.prefix(16)))
  }

  // Takes the same time for every guess of the same length.
  private func isEqual(_ a: String, _ b: String) -> Bool {
    guard a.utf8.count == b.utf8.count else { return false }
    return zip(a.utf8, b.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    String(Data(bytes).base64EncodedString().prefix { $0 != "=" }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
  }
}
