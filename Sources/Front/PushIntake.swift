import Backplane
import Crypto
import DashboardModel
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import PageSync
import WebServer

/// Takes values that other programs push to a source and hands them to its producer, who alone knows its token.
struct PushIntake: Sendable {
  let hub: Hub
  private let numbers = ReplyNumbers()

  init(hub: Hub) { self.hub = hub }

  enum Answer: String {
    case accepted, wrongToken, noSuchSource, notAvailable
  }

  /// The token travels as its SHA-256, so that no secret is ever written to the store.
  func push(_ value: JSON, token: String, to source: String) async -> Answer {
    guard let page = PageKey(dashboard: source), let viewer = ViewerID("push-\(hub.backplane.front)") else { return .noSuchSource }
    let number = numbers.next()
    let digest = SHA256.hash(data: Data(token.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
    let record = EventRecord(
      kind: .push, page: page, viewer: viewer, sequence: number, lowest: number, component: source, name: "push",
      data: JSON.object(JSON.Members([
        JSON.Member(name: "token", value: .string(digest.joined())), JSON.Member(name: "value", value: value),
      ])).encoded, front: hub.backplane.front)
    guard let reply = hub.replies.wait(for: viewer, sequence: number, within: .seconds(3), on: hub.loops[0].eventLoop)
    else { return .notAvailable }
    do {
      guard case .queued = try await hub.backplane.enqueue(record).get() else { return .notAvailable }
      switch try await reply.get()?.outcome {
      case .applied?: return .accepted
      case .failed("not_allowed")?: return .wrongToken
      case .failed?: return .noSuchSource
      case nil: return .notAvailable
      }
    } catch {
      return .notAvailable
    }
  }
}

extension PushIntake.Answer {
  var response: Response {
    switch self {
    case .accepted: .json(.accepted, ["status": "accepted"])
    case .wrongToken: .json(.unauthorized, error("wrong_token", "The token is missing or is not this source's."))
    case .noSuchSource: .json(.notFound, error("no_such_source", "There is no push source of this name."))
    case .notAvailable: unavailable
    }
  }

  private var unavailable: Response {
    var response = Response.json(
      .serviceUnavailable, error("not_available", "No producer answered; please push again."))
    response.headers[.retryAfter] = "1"
    return response
  }

  private func error(_ code: String, _ message: String) -> JSON {
    ["error": ["code": .string(code), "message": .string(message), "request_id": .string(WebError.makeRequestID())]]
  }
}
