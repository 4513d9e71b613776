import HTTPTypes
import Hummingbird

/// The session cookie in requests and answers of the router.
struct SessionCookie: Sendable {
  let hub: Hub

  static let clientAddress = HTTPField.Name("x-client-address")!
  static let fetchSite = HTTPField.Name("sec-fetch-site")!

  /// The request's session; `nil` without one of ours.
  func known(_ request: Request, _ signer: SessionSigner) -> Session? {
    (request.cookies[name]?.value).flatMap { signer.session(ofCookie: $0) }
  }

  /// The request's session, or a new one, with the cookie that starts it, in place of none and of one that is over.
  func session(_ request: Request, _ signer: SessionSigner) -> (session: Session, cookie: String?) {
    if let session = known(request, signer), hub.accounts.standing(of: session) != .ended { return (session, nil) }
    let value = signer.makeSession()
    let session = signer.session(ofCookie: value) ?? Session(id: "", login: nil)
    return (session, field(value))
  }

  /// `Set-Cookie` for a value; empty takes the cookie away.
  func field(_ value: String) -> String {
    let secure = hub.settings.secureCookies ? "; Secure" : ""
    return "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax; Max-Age=\(value.isEmpty ? 0 : Accounts.longest)\(secure)"
  }

  /// True for a form of this host. A form of a page with `Referrer-Policy: no-referrer`, as all of ours are, says `null`;
  /// what it may do is decided by its token.
  func isOwn(_ origin: String?, _ request: Request) -> Bool {
    guard let origin, origin != "null" else { return true }
    let host = request.head.authority ?? ""
    return origin == "http://\(host)" || origin == "https://\(host)"
  }

  private var name: String { SessionSigner.cookieName(secure: hub.settings.secureCookies) }
}
