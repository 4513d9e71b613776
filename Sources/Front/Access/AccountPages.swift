import DashboardModel
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import WebServer

/// Signing in and out: plain HTML forms that work without JavaScript.
///
/// A form carries the token of the session it was given to, so no other site can make a browser send it; `SameSite` and
/// the request's origin are looked at besides.
struct AccountPages: Sendable {
  let hub: Hub
  let files: ClientFiles
  private let throttle = LoginThrottle()
  private let passwords = PasswordCheck()

  private static let mostBytes = 8 * 1024

  init(hub: Hub, files: ClientFiles) {
    self.hub = hub
    self.files = files
  }

  func addRoutes(to router: Router<PageRouter.Context>) {
    guard hub.accounts.areConfigured else { return }
    router.get("/login") { request, _ in
      form(request, .ok, next: RequestHead.queryValue("next", in: request.uri.query ?? ""), note: "")
    }
    router.post("/login") { request, _ in try await login(request) }
    router.post("/logout") { request, _ in try await logout(request) }
  }

  /// Leads an anonymous viewer to the form, and from there back to `address`.
  func redirect(to address: String, depth: Int) -> Response {
    let root = depth == 0 ? "./" : String(repeating: "../", count: depth)
    let next = NextAddress.read(address).map { "?next=/\(FormText.encoded($0))" } ?? ""
    return Response(status: .seeOther, headers: [.location: "\(root)login\(next)", .cacheControl: "private, no-cache"])
  }

  /// Who is signed in and the way out, or the way in; nothing where there are no users.
  func corner(_ session: Session, root: String, next: String, csrf: String) -> String {
    switch hub.accounts.standing(of: session) {
    case _ where !hub.accounts.areConfigured: ""
    case .signedIn(let user, _): files.fragment("signed_in.html", ["root": root, "user": user, "csrf": csrf])
    case .anonymous, .ended:
      files.fragment("signed_out.html", ["root": root, "next": NextAddress.read(next).map(FormText.encoded) ?? ""])
    }
  }

  // MARK: The form

  private func form(_ request: Request, _ status: HTTPResponse.Status, next: String?, note: String) -> Response {
    guard let signer = hub.signer else { return .json(.serviceUnavailable, ["error": ["code": "not_available"]]) }
    let (session, cookie) = SessionCookie(hub: hub).session(request, signer)
    var note = note
    if note.isEmpty, case .signedIn(let user, _) = hub.accounts.standing(of: session) {
      note = "You are signed in as \(user). Sign in again to be somebody else."
    }
    let html = files.page(
      "login.html",
      [
        "csrf": signer.csrfToken(session: session.id), "next": NextAddress.read(next) ?? "", "note": note,
        "tone": status == .ok ? "idle" : "bad",
      ])
    var response = Response(
      status: status,
      headers: [
        .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
        .contentSecurityPolicy: SecurityHeaders.contentSecurityPolicy,
      ], body: .init(byteBuffer: ByteBuffer(string: html ?? "")))
    if let cookie { response.headers[.setCookie] = cookie }
    return response
  }

  // MARK: Signing in

  private func login(_ request: Request) async throws -> Response {
    guard let (fields, _) = try await fields(request) else {
      return form(request, .forbidden, next: nil, note: "This form was too old. Please try again.")
    }
    let next = fields["next"], user = fields["user"] ?? "", password = fields["password"] ?? ""
    let address = request.headers[SessionCookie.clientAddress] ?? ""
    if let wait = throttle.take(user: String(user.prefix(64)), address: address) {
      log("too many sign-ins", user, address)
      return later(form(request, .tooManyRequests, next: next, note: "Too many attempts. Please wait a minute."), wait)
    }
    guard let isRight = try await passwords.matches(password, hub.accounts.password(of: user)) else {
      return later(form(request, .serviceUnavailable, next: next, note: "Too many people sign in just now. Please try again."), 2)
    }
    guard isRight else {
      log("a sign-in was refused", user, address)
      return form(request, .unauthorized, next: next, note: "This name and password do not belong together.")
    }
    log("signed in", user, address)
    return enter(user, next)
  }

  /// A new session, so that nobody who knew the old one has it (no fixation).
  private func enter(_ user: String, _ next: String?) -> Response {
    guard let signer = hub.signer else { return .json(.serviceUnavailable, ["error": ["code": "not_available"]]) }
    let cookie = SessionCookie(hub: hub).field(signer.makeSession(hub.accounts.makeLogin(user)))
    return Response(
      status: .seeOther,
      headers: [.location: NextAddress.read(next) ?? "./", .setCookie: cookie, .cacheControl: "no-store"])
  }

  // MARK: Signing out

  private func logout(_ request: Request) async throws -> Response {
    guard let (_, session) = try await fields(request) else {
      return form(request, .forbidden, next: nil, note: "You are still signed in: this form was too old. Please go back and try again.")
    }
    if let login = session.login {
      hub.accounts.end(session.id)
      hub.sendEndedSessions()
      log("signed out", login.user, request.headers[SessionCookie.clientAddress] ?? "")
    }
    return Response(
      status: .seeOther,
      headers: [.location: "./login", .setCookie: SessionCookie(hub: hub).field(""), .cacheControl: "no-store"])
  }

  /// The form's fields and its session; `nil` for a form that is not of a page this session was given.
  private func fields(_ request: Request) async throws -> (fields: [String: String], session: Session)? {
    let site = request.headers[SessionCookie.fetchSite]
    guard site == nil || site == "same-origin", SessionCookie(hub: hub).isOwn(request.headers[.origin], request),
      let signer = hub.signer, let session = SessionCookie(hub: hub).known(request, signer),
      let body = try? await request.body.collect(upTo: Self.mostBytes)
    else { return nil }
    let text = String(buffer: body)
    var fields: [String: String] = [:]
    for name in ["csrf", "next", "user", "password"] { fields[name] = RequestHead.queryValue(name, in: text) }
    guard signer.isValid(csrfToken: fields["csrf"] ?? "", session: session.id) else { return nil }
    return (fields, session)
  }

  private func later(_ response: Response, _ seconds: Double) -> Response {
    var response = response
    response.headers[.retryAfter] = "\(max(1, Int(seconds.rounded(.up))))"
    return response
  }

  /// The user's name only where it is one: a password typed into the wrong field must not be logged.
  private func log(_ message: Logger.Message, _ user: String, _ address: String) {
    let name = hub.accounts.hasUser(user) ? user : "?"
    hub.logger.notice(message, metadata: ["user": "\(name)", "address": "\(address)"])
  }
}

/// Percent-encodes what stands in a query's value.
enum FormText {
  static func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E, 0x2F: String(UnicodeScalar(byte))
      default: "%" + String(byte >> 4, radix: 16, uppercase: true) + String(byte & 15, radix: 16, uppercase: true)
      }
    }.joined()
  }
}
