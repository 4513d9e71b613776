import NIOCore
package import NIOHTTP1

/// An error as people and programs see it: `{"error":{"code","message","field","hint","request_id"}}`.
///
/// Texts are fixed by the caller; a value out of a request belongs in none of them.
package struct WebError: Error, Sendable {
  package var status: HTTPResponseStatus
  package var code: String
  package var message: String
  /// The member or parameter at fault.
  package var field: String?
  package var hint: String?
  package var headers: HTTPHeaders = [:]

  package init(_ status: HTTPResponseStatus, code: String, message: String, hint: String? = nil) {
    self.status = status
    self.code = code
    self.message = message
    self.hint = hint
  }

  /// The answer, under an id that the log line carries too.
  package func response(requestID: String = WebError.makeRequestID()) -> WebResponse {
    var fields = "\"code\":\(Self.quoted(code)),\"message\":\(Self.quoted(message))"
    if let field { fields += ",\"field\":\(Self.quoted(field))" }
    if let hint { fields += ",\"hint\":\(Self.quoted(hint))" }
    fields += ",\"request_id\":\(Self.quoted(requestID))"
    var all = headers
    all.add(name: "Content-Type", value: "application/json")
    all.add(name: "Cache-Control", value: "no-store")
    return WebResponse(status: status, headers: all, body: ByteBuffer(string: "{\"error\":{\(fields)}}"))
  }

  /// Sixteen hexadecimal digits, random.
  package static func makeRequestID() -> String {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case _ where scalar.value < 0x20:
        result += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// The errors of the server itself.
extension WebError {
  static let badRequest = WebError(.badRequest, code: "bad_request", message: "This is no valid HTTP request.")
  static let missingHost = WebError(
    .badRequest, code: "bad_host", message: "A request needs exactly one valid Host header.")
  static let badFraming = WebError(
    .badRequest, code: "bad_framing", message: "The length of the body is given twice, or in no valid way.")
  static let unknownTransferCoding = WebError(
    .notImplemented, code: "unknown_transfer_coding", message: "The only transfer coding understood is chunked.")
  static let headerTooLarge = WebError(
    .requestHeaderFieldsTooLarge, code: "header_too_large", message: "The header of the request is too large.")
  static let notFound = WebError(.notFound, code: "not_found", message: "There is nothing at this address.")
  static let lengthRequired = WebError(
    .lengthRequired, code: "length_required", message: "A body is needed, with its Content-Length.")
  static let expectationFailed = WebError(
    .expectationFailed, code: "expectation_failed", message: "The only expectation understood is 100-continue.")
  static let requestTimeout = WebError(
    .requestTimeout, code: "timeout", message: "The request took too long to arrive.")
  static let internalError = WebError(
    .internalServerError, code: "internal", message: "Something went wrong here; the request id leads to the log line.")

  static let methodNotAllowed: WebError = {
    var error = WebError(.methodNotAllowed, code: "method_not_allowed", message: "This method is not served.")
    error.headers = ["Allow": "GET, HEAD, POST, PUT, PATCH, DELETE"]
    return error
  }()

  static let upgradeRequired: WebError = {
    var error = WebError(
      .upgradeRequired, code: "upgrade_required", message: "This address speaks WebSocket, version 13.")
    error.headers = ["Upgrade": "websocket", "Sec-WebSocket-Version": "13"]
    return error
  }()

  static let badHandshake = WebError(
    .badRequest, code: "bad_handshake", message: "Sec-WebSocket-Key must be 16 bytes in base64, given once.")

  static func tooLarge(maximum: Int) -> WebError {
    WebError(.payloadTooLarge, code: "too_large", message: "The body is larger than the \(maximum) bytes allowed here.")
  }

  static func misdirected(hint: String) -> WebError {
    WebError(.misdirectedRequest, code: "unknown_host", message: "This host name is not served here.", hint: hint)
  }

  static func busy(seconds: Int) -> WebError {
    var error = WebError(.serviceUnavailable, code: "busy", message: "Too many connections; please try again.")
    error.headers = ["Retry-After": "\(seconds)"]
    return error
  }
}
