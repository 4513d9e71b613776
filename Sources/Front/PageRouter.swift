import DashboardModel
import HTTPTypes
package import Hummingbird
import NIOCore
import WebServer

/// Everything browsers and other programs ask for now and then: pages, client files, pushes, health.
package struct PageRouter: Sendable {
  package typealias Context = BasicRequestContext

  let hub: Hub
  let files: ClientFiles
  let pushes: PushIntake
  let accountPages: AccountPages

  package init(hub: Hub, files: ClientFiles) {
    self.hub = hub
    self.files = files
    pushes = PushIntake(hub: hub)
    accountPages = AccountPages(hub: hub, files: files)
  }

  package func router() -> Router<Context> {
    let router = Router(context: Context.self)
    router.get("/") { request, _ in try await home(request) }
    router.get("/health/live") { _, _ in json(.ok, ["status": "ok"]) }
    router.get("/health/ready") { _, _ in ready() }
    router.get("/assets/:hash/**") { request, context in try asset(request, context) }
    router.get("/modules/:file") { request, context in try await module(request, context) }
    router.post("/api/push/:source") { request, context in try await push(request, context) }
    router.post("/widgets/:source") { request, context in try await pushLikeDashing(request, context) }
    accountPages.addRoutes(to: router)
    router.get("/api/pages/:page/mistakes") { request, context in try await mistakes(request, context) }
    router.get("/:page") { request, context in try await page(request, context) }
    router.get("/:page/**") { request, context in try await page(request, context) }
    return router
  }

  // MARK: Pages

  /// The page that a program has at `/`, or the way to the home page.
  private func home(_ request: Request) async throws -> Response {
    let (time, loop) = (hub.settings.limits.firstAnswer, hub.loops[0].eventLoop)
    if let index = Self.index, try await hub.whenShown(index, within: time, on: loop).get() == .ready {
      return try await page(request, index, [])
    }
    return Response(status: .found, headers: [.location: hub.settings.home, .cacheControl: "no-cache"])
  }

  private static let index = PageKey(dashboard: "index")

  private func page(_ request: Request, _ context: Context) async throws -> Response {
    guard let name = context.parameters.get("page"), let key = PageKey(dashboard: name) else { return try await notFound(request) }
    return try await page(request, key, context.parameters.getCatchAll().map(String.init))
  }

  /// `segments`: what stands in the path behind the dashboard's name.
  private func page(_ request: Request, _ key: PageKey, _ segments: [String]) async throws -> Response {
    let (time, loop) = (hub.settings.limits.firstAnswer, hub.loops[0].eventLoop)
    switch try await hub.whenShown(key, within: time, on: loop).get() {
    case .absent: return try await notFound(request)
    case .unreachable, .refused: return unavailable(request)
    case .ready: break
    }
    guard let header = hub.header(of: key), let signer = hub.signer else { return unavailable(request) }
    let session = SessionCookie(hub: hub).session(request, signer)
    if let failure = locator.refusal(of: hub.accounts.standing(of: session.session), header) {
      return refused(request, failure, depth: segments.count)
    }
    guard segments.count <= header.path.count, let parameters = parameters(request, header, segments) else { return try await notFound(request) }
    if header.scope == .shared, !parameters.isEmpty {
      let ready = try await hub.whenShown(key.with(parameters), within: time, on: loop).get()
      if ready == .refused { return tooMany(request) }
    }
    return shell(request, header, parameters, session, depth: segments.count)
  }

  /// What the address says of the dashboard's variables: by the segments of its path, else by its query.
  private func parameters(_ request: Request, _ header: PageHeader, _ segments: [String]) -> PageParameters? {
    let named = Dictionary(zip(header.path, segments)) { first, _ in first }
    return header.variables.parameters { name in
      guard let segment = named[name] else { return RequestHead.queryValue(name, in: request.uri.query ?? "") }
      return PercentEncoding.decoded(segment)
    }
  }

  /// The page's HTML; `depth`: how many segments its address has below the dashboard's name.
  private func shell(
    _ request: Request, _ header: PageHeader, _ parameters: PageParameters, _ session: (session: Session, cookie: String?),
    depth: Int
  ) -> Response {
    let wished = request.uri.queryParameters["transport"].flatMap { Transport(rawValue: String($0)) }
    let csrf = hub.signer?.csrfToken(session: session.session.id) ?? ""
    let html = files.page(
      "index.html",
      [
        "title": header.title, "page": header.name, "transport": (wished ?? header.transport).rawValue,
        "reload_interval": "\(header.reloadInterval)", "csrf": csrf, "theme": header.theme ?? "",
        "parameters": parameters.text,
        "roles": hub.accounts.standing(of: session.session).roles.joined(separator: " "),
      ], depth: depth)
    let root = String(repeating: "../", count: depth)
    let corner = accountPages.corner(session.session, root: root, next: address(request), csrf: csrf)
    var response = html.map { self.html(.ok, $0.replacing("<!-- corner -->\n", with: corner)) } ?? unavailable(request)
    if let cookie = session.cookie { response.headers[.setCookie] = cookie }
    return response
  }

  private func address(_ request: Request) -> String {
    request.uri.path + (request.uri.query.map { "?\($0)" } ?? "")
  }

  private var locator: PageLocator { PageLocator(hub: hub) }

  private func refused(_ request: Request, _ failure: PageLocator.Failure, depth: Int) -> Response {
    if failure == .needsLogin || failure == .signedOut { return accountPages.redirect(to: address(request), depth: depth) }
    return notAllowed(request, depth: depth)
  }

  /// What is wrong with the page's file, for its editors alone.
  private func mistakes(_ request: Request, _ context: Context) async throws -> Response {
    guard let name = context.parameters.get("page"), let key = PageKey(dashboard: name), let signer = hub.signer,
      case .signedIn(_, let roles) = hub.accounts.standing(of: SessionCookie(hub: hub).known(request, signer)),
      roles.contains(Users.editorRole)
    else { return Response.json(.forbidden, error("not_allowed", "This is for editors.")) }
    let (time, loop) = (hub.settings.limits.firstAnswer, hub.loops[0].eventLoop)
    _ = try await hub.whenShown(key.forEditors, within: time, on: loop).get()
    return .json(.ok, ["mistakes": hub.mistakes(of: key).map(JSON.string) ?? .null])
  }

  /// The dashboard `not-found`, or where there is none a sentence of ours.
  private func notFound(_ request: Request) async throws -> Response {
    let (time, loop) = (hub.settings.limits.firstAnswer, hub.loops[0].eventLoop)
    if let key = PageKey(dashboard: "not-found"), try await hub.whenShown(key, within: time, on: loop).get() == .ready,
      let header = hub.header(of: key), let signer = hub.signer
    {
      let session = SessionCookie(hub: hub).session(request, signer)
      if locator.refusal(of: hub.accounts.standing(of: session.session), header) == nil {
        var response = shell(request, header, .empty, session, depth: depth(of: request))
        response.status = .notFound
        return response
      }
    }
    return message(
      .notFound, "No such page", "There is no dashboard at this address. Its name may have changed, or its file may be gone.",
      to: request)
  }

  private func notAllowed(_ request: Request, depth: Int) -> Response {
    guard let signer = hub.signer, let session = SessionCookie(hub: hub).known(request, signer),
      case .signedIn(let user, _) = hub.accounts.standing(of: session)
    else {
      return message(.forbidden, "Not for everybody", "This dashboard is for people with roles, and nobody can sign in here.", to: request)
    }
    let root = String(repeating: "../", count: depth)
    return message(
      .forbidden, "Not for you", "You are signed in as \(user). This dashboard is for people with another role.", to: request,
      corner: accountPages.corner(session, root: root, next: address(request), csrf: signer.csrfToken(session: session.id)))
  }

  private func unavailable(_ request: Request) -> Response {
    message(
      .serviceUnavailable, "Not available yet", "This page is loaded again by itself as soon as there is something to see.",
      to: request, again: 2)
  }

  private func tooMany(_ request: Request) -> Response {
    message(
      .serviceUnavailable, "Too many variations of this page are in use",
      "Choose other values, or wait: this page is loaded again by itself.", to: request, again: 30)
  }

  private func depth(of request: Request) -> Int { max(0, request.uri.path.split(separator: "/").count - 1) }

  /// A page without our scripts: `again` seconds later the browser itself asks once more.
  private func message(
    _ status: HTTPResponse.Status, _ title: String, _ text: String, to request: Request, again seconds: Int? = nil,
    corner: String = ""
  ) -> Response {
    let text = files.page("not_found.html", ["title": title, "text": text], depth: depth(of: request)) ?? title
    var response = html(status, text.replacing("<!-- corner -->\n", with: corner))
    if let seconds {
      response.headers[.retryAfter] = "\(seconds)"
      response.headers[HTTPField.Name("Refresh")!] = "\(seconds)"
    }
    return response
  }

  private func html(_ status: HTTPResponse.Status, _ text: String) -> Response {
    Response(
      status: status,
      headers: [
        .contentType: "text/html; charset=utf-8", .cacheControl: "private, no-cache",
        .contentSecurityPolicy: SecurityHeaders.contentSecurityPolicy,
      ], body: .init(byteBuffer: ByteBuffer(string: text)))
  }

  // MARK: Client files

  private func asset(_ request: Request, _ context: Context) throws -> Response {
    guard let hash = context.parameters.get("hash"), let file = files[context.parameters.getCatchAll().joined(separator: "/")]
    else { throw HTTPError(.notFound) }
    // During a rolling upgrade another front's page may ask here under its own hash.
    let caching = hash == files.hash ? "public, max-age=31536000, immutable" : "no-cache"
    var headers: HTTPFields = [.contentType: file.type, .cacheControl: caching, .vary: "Accept-Encoding"]
    guard hub.settings.compresses, let gzip = file.gzip, ContentCoding.acceptsGzip(request.headers[.acceptEncoding]) else {
      return Response(status: .ok, headers: headers, body: .init(byteBuffer: file.bytes))
    }
    headers[.contentEncoding] = "gzip"
    return Response(status: .ok, headers: headers, body: .init(byteBuffer: gzip))
  }

  /// A drawing that a program published as the page `module-<hash>`; the address is made of its contents.
  private func module(_ request: Request, _ context: Context) async throws -> Response {
    guard let file = context.parameters.get("file"), file.hasSuffix(".js"), let source = ComponentID("source"),
      let key = PageKey(dashboard: "module-\(file.dropLast(3))")
    else { throw HTTPError(.notFound) }
    let (time, loop) = (hub.settings.limits.firstAnswer, hub.loops[0].eventLoop)
    guard try await hub.whenShown(key, within: time, on: loop).get() == .ready, let value = hub.value(of: source, in: key),
      let text = (try? JSON(decoding: value.head))?["source"]?.text
    else { throw HTTPError(.notFound) }
    return Response(
      status: .ok,
      headers: [.contentType: "text/javascript; charset=utf-8", .cacheControl: "public, max-age=31536000, immutable"],
      body: .init(byteBuffer: ByteBuffer(string: text)))
  }

  // MARK: Health

  private func ready() -> Response {
    hub.isReady
      ? json(.ok, ["status": "ready"])
      : json(
        .serviceUnavailable,
        ["status": "not ready", "reason": .string(hub.unreadiness)])
  }

  // MARK: Pushes

  private func push(_ request: Request, _ context: Context) async throws -> Response {
    let header = request.headers[.authorization] ?? ""
    guard header.lowercased().hasPrefix("bearer ") else { return PushIntake.Answer.wrongToken.response }
    let token = String(header.dropFirst(7)).trimmingSpaces
    let value = try await body(request)
    switch value {
    case .failure(let refusal): return refusal
    case .success(let value): return await pushes.push(value, token: token, to: source(context)).response
    }
  }

  private func pushLikeDashing(_ request: Request, _ context: Context) async throws -> Response {
    switch try await body(request) {
    case .failure(let refusal): return refusal
    case .success(let value):
      guard case .object(var members) = value, let token = members["auth_token"]?.text else {
        return PushIntake.Answer.wrongToken.response
      }
      members["auth_token"] = nil
      return await pushes.push(.object(members), token: token, to: source(context)).response
    }
  }

  private func source(_ context: Context) -> String { context.parameters.get("source") ?? "" }

  private enum Body {
    case success(JSON)
    case failure(Response)
  }

  private func body(_ request: Request) async throws -> Body {
    let bytes: ByteBuffer
    do {
      bytes = try await request.body.collect(upTo: hub.settings.limits.eventBodyBytes)
    } catch {
      return .failure(json(.contentTooLarge, self.error("too_large", "A pushed value may have 64 KiB.")))
    }
    do {
      return .success(try JSON(decoding: bytes.readableBytesView, maximumDepth: 32))
    } catch {
      return .failure(json(.badRequest, self.error("bad_json", "The body must be JSON, nested at most 32 deep.")))
    }
  }

  private func error(_ code: String, _ message: String) -> JSON {
    ["error": ["code": .string(code), "message": .string(message), "request_id": .string(WebError.makeRequestID())]]
  }

  private func json(_ status: HTTPResponse.Status, _ value: JSON) -> Response {
    .json(status, value)
  }
}

extension Response {
  static func json(_ status: HTTPResponse.Status, _ value: JSON) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(bytes: value.encoded)))
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
