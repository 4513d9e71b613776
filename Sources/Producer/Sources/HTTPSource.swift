package import AsyncHTTPClient
package import DashboardModel
import FoundationEssentials
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks a server. An answer that says it is JSON is read as JSON, any other is text.
package struct HTTPSource: Source {
  static let sizeLimit = 5 << 20
  static let redirectLimit = 3

  private let request: HTTPRequestDefinition
  private let timeout: Duration
  private let client: HTTPClient
  private let staysWithServer: Bool

  /// `client` is shared and made with ``clientConfiguration``; `timeout` covers the whole run. `staysWithServer`: a redirect
  /// to another scheme, host or port is a failure.
  package init(_ request: HTTPRequestDefinition, timeout: Duration, client: HTTPClient, staysWithServer: Bool = false) {
    self.staysWithServer = staysWithServer
    self.request = request
    self.timeout = timeout
    self.client = client
  }

  /// What a client for sources must be like: it follows no redirect itself (``fetch()`` does, and leaves headers
  /// behind), and an answer cannot swell beyond the limit while it is decompressed.
  package static var clientConfiguration: HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5)),
      decompression: .enabled(limit: .size(sizeLimit)))
    configuration.httpVersion = .http1Only
    configuration.connectionPool.retryConnectionEstablishment = false
    return configuration
  }

  package func fetch() async throws -> JSON {
    let answer = try await load()
    guard answer.contentType.contains("json") else { return .string(String(decoding: answer.body, as: UTF8.self)) }
    do {
      return try JSON(decoding: answer.body)
    } catch {
      throw SourceError(Words.notJSON("the answer", error))
    }
  }

  /// What came back, after redirects.
  struct Answer {
    var contentType: String
    var body: [UInt8]
  }

  /// The body of a 2xx answer.
  func load() async throws -> Answer {
    do {
      return try await follow()
    } catch let error as SourceError {
      throw error
    } catch {
      try Task.checkCancellation()
      throw SourceError(Self.words(for: error))
    }
  }

  private func follow() async throws -> Answer {
    guard var url = URL(string: request.url), url.host() != nil else { throw SourceError("the URL is not valid") }
    var method = request.method, keepsHeaders = true
    for _ in 0...Self.redirectLimit {
      let response = try await send(method, to: url, withHeaders: keepsHeaders)
      let status = response.status.code
      if (200..<300).contains(status) {
        let type = response.headers.first(name: "content-type")?.lowercased() ?? ""
        return Answer(contentType: type, body: try await collect(response.body))
      }
      guard [301, 302, 303, 307, 308].contains(status), let place = response.headers.first(name: "location") else {
        throw SourceError("the server answered \(status) \(response.status.reasonPhrase)")
      }
      guard let next = URL(string: place, relativeTo: url)?.absoluteURL, ["http", "https"].contains(next.scheme) else {
        throw SourceError("the server redirects to something that is no web address")
      }
      if status < 304, method != "HEAD" { method = "GET" }
      // The headers may hold a token, which is meant for the host that was configured and for no other.
      let isSameServer = (next.scheme, next.host(), next.port) == (url.scheme, url.host(), url.port)
      if staysWithServer, !isSameServer { throw SourceError("the server redirects to another one, which is not followed") }
      keepsHeaders = keepsHeaders && isSameServer
      url = next
    }
    throw SourceError("the server redirects more than \(Self.redirectLimit) times")
  }

  private func send(_ method: String, to url: URL, withHeaders: Bool) async throws -> HTTPClientResponse {
    var message = HTTPClientRequest(url: url.absoluteString)
    message.method = .init(rawValue: method)
    message.headers.add(name: "User-Agent", value: "Splitflap")
    message.headers.add(name: "Accept", value: "application/json, */*;q=0.5")
    if withHeaders {
      for header in request.headers { message.headers.replaceOrAdd(name: header.name, value: header.value) }
    }
    if let body = request.body, method != "GET", method != "HEAD" { message.body = .bytes(Array(body.utf8)) }
    return try await client.execute(message, timeout: .nanoseconds(Int64(timeout.inSeconds * 1e9)))
  }

  private func collect(_ body: HTTPClientResponse.Body) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    for try await chunk in body {
      guard bytes.count + chunk.readableBytes <= Self.sizeLimit else {
        throw SourceError("the answer is larger than 5 MiB")
      }
      bytes += chunk.readableBytesView
    }
    try Task.checkCancellation()
    return bytes
  }

  private static func words(for error: any Error) -> String {
    switch error {
    case let error as HTTPClientError: words(for: error)
    case let error as NIOConnectionError:
      error.connectionErrors.isEmpty ? "the host was not found" : "the server cannot be reached: connection refused"
    case let error as IOError: words(forCode: error.errnoCode)
    case HTTPParserError.invalidEOFState: closedEarly
    case is HTTPParserError: "the answer is not HTTP"
    default: words(forKind: "\(type(of: error))", "\(error)")
    }
  }

  private static let closedEarly = "the server closed the connection before the answer was whole"

  private static func words(forCode code: CInt) -> String {
    switch code {
    case ECONNREFUSED: "the server cannot be reached: connection refused"
    case ECONNRESET, EPIPE: closedEarly
    default: "the server cannot be reached"
    }
  }

  // Errors of modules that are not ours to import.
  private static func words(forKind kind: String, _ description: String) -> String {
    if kind.contains("SSL") { return "no TLS connection: the server's certificate was not accepted" }
    guard kind == "DecompressionError" else { return "the request failed" }
    return description == "limit" ? "the answer is larger than 5 MiB" : "the answer cannot be decompressed"
  }

  private static func words(for error: HTTPClientError) -> String {
    switch error {
    case .connectTimeout: "the server cannot be reached: no connection within 5 s"
    case .deadlineExceeded, .readTimeout: "the server gave no answer in time"
    case .remoteConnectionClosed, .uncleanShutdown: closedEarly
    case .invalidURL, .emptyHost, .emptyScheme: "the URL is not valid"
    case .tlsHandshakeTimeout: "the TLS handshake took too long"
    default: error.shortDescription.hasPrefix("Invalid header") ? "a header is not valid" : "the request failed"
    }
  }
}
