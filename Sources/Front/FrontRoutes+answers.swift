import DashboardModel
import NIOCore
import NIOHTTP1
import WebServer

extension WebError {
  static let noSuchPage = WebError(.notFound, code: "page_gone", message: "There is no such page.")
  static let wrongMethod = WebError(.methodNotAllowed, code: "method_not_allowed", message: "This route has another method.")
  static let openPageFirst = WebError(
    .forbidden, code: "no_session", message: "This needs the session that the page's HTML gives out.",
    hint: "Open the page in a browser first.")
  static let notForYou = WebError(
    .forbidden, code: "not_allowed", message: "This page is for signed-in viewers with a role that it names.")
  static let signInFirst = WebError(
    .unauthorized, code: "signed_out", message: "This needs somebody who is signed in.", hint: "Sign in at /login.")
  static let tooManyInstances: WebError = {
    var error = WebError(
      .serviceUnavailable, code: "too_many", message: "Too many variations of this page are in use; none can be added.",
      hint: "Choose other values, or come back when fewer are looked at.")
    error.headers = ["Retry-After": "30"]
    return error
  }()
  static let foreignOrigin = WebError(
    .forbidden, code: "foreign_origin", message: "This request comes from another site's page.")
  static let badToken = WebError(
    .forbidden, code: "bad_csrf", message: "The header Splitflap-CSRF must carry the token of the page.")
  static let noSuchEvent = WebError(.notFound, code: "unknown_event", message: "No such event was sent from this tab.")
  static let sequenceTaken: WebError = {
    var error = WebError(
      .unprocessableEntity, code: "seq_taken", message: "This seq was used for another event of this tab.",
      hint: "Repeat an event as it was, or give it the next seq.")
    error.field = "seq"
    return error
  }()
  static let notJSON = WebError(
    .unsupportedMediaType, code: "not_json", message: "The body must be application/json in UTF-8.")
  static let badEvent = WebError(.badRequest, code: "bad_event", message: "This is no event.")
  static let badClient: WebError = {
    var error = WebError(
      .badRequest, code: "bad_field", message: "client must be 16 to 64 characters of the URL-safe Base64 alphabet.")
    error.field = "client"
    return error
  }()
  static let notYet: WebError = {
    var error = WebError(
      .serviceUnavailable, code: "not_available", message: "The page is not available here yet.",
      hint: "The data store or the producer may be starting.")
    error.headers = ["Retry-After": "1"]
    return error
  }()
}

extension WebResponse {
  static func tooMany(after seconds: Double) -> WebResponse {
    var error = WebError(.tooManyRequests, code: "too_many_events", message: "Events come faster than they are taken.")
    error.headers = ["Retry-After": "\(max(1, Int(seconds.rounded(.up))))"]
    return error.response()
  }
}

extension EventRequest.Refusal {
  var response: WebResponse {
    var error = WebError(.badRequest, code: code, message: message)
    error.field = field
    return error.response()
  }
}

/// The answer to one event over HTTP.
struct EventHTTPAnswer: Sendable {
  var sequence: UInt64
  var acknowledgement: EventAcknowledgement
  /// Where to ask what became of it, from the address that events are sent to, wherever a proxy has put that.
  var place: String?
  /// The sequence was sent before, and this is the same answer again.
  var isReplay = false

  init(_ sequence: UInt64, _ acknowledgement: EventAcknowledgement) {
    self.sequence = sequence
    self.acknowledgement = acknowledgement
  }

  /// `{"ack":{…},"update":{…}}`, with the status that says the same.
  func response(update: ByteBuffer?) -> WebResponse {
    if case .taken = acknowledgement { return WebError.sequenceTaken.response() }
    var body = Array(#"{"ack":"#.utf8)
    body += acknowledgement.json(sequence: sequence).encoded
    if let update {
      body += #","update":"#.utf8
      body += update.readableBytesView
    }
    body.append(UInt8(ascii: "}"))
    var response = WebResponse(
      status: status, headers: ["Content-Type": "application/json", "Cache-Control": "no-store"],
      body: ByteBuffer(bytes: body))
    if isReplay { response.headers.add(name: "Idempotent-Replay", value: "true") }
    switch acknowledgement {
    case .retry(let seconds):
      response.headers.add(name: "Retry-After", value: "\(max(1, Int(seconds.rounded(.up))))")
    case .queued:
      if let place { response.headers.add(name: "Location", value: place) }
      response.headers.add(name: "Retry-After", value: "1")
    default: break
    }
    return response
  }

  private var status: HTTPResponseStatus {
    switch acknowledgement {
    case .queued: .accepted
    case .applied, .gap: .ok
    case .retry: .serviceUnavailable
    case .taken: .unprocessableEntity
    case .failed("not_allowed", _): .forbidden
    case .failed("unknown_component", _), .failed("page_gone", _): .notFound
    case .failed: .ok
    }
  }
}
