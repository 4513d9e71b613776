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

  /// Of several shards' answers the greatest counts.
  enum Answer: Int, Comparable {
    case noSuchSource, wrongToken, notAvailable, accepted
    static func < (a: Answer, b: Answer) -> Bool { a.rawValue < b.rawValue }
  }

  /// The token travels as its SHA-256, so that no secret is ever written to the store.
  ///
  /// Which shard has the source only its producer knows, so each is asked, and answers for its own dashboards alone: a
  /// value reaches every source of that name and token once.
  func push(_ value: JSON, token: String, to source: String) async -> Answer {
    guard PageKey(dashboard: source) != nil, let shards = hub.state.withLock({ $0.shards }) else { return .notAvailable }
    let digest = SHA256.hash(data: Data(token.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
    let data = JSON.object(JSON.Members([
      JSON.Member(name: "token", value: .string(digest.joined())), JSON.Member(name: "value", value: value),
    ])).encoded
    let answers = (0..<shards).map { push(data, to: source, in: $0) }
    return (try? await Self.first(of: answers, on: hub.loops[0].eventLoop).get()) ?? .notAvailable
  }

  private func push(_ data: [UInt8], to source: String, in shard: Int) -> EventLoopFuture<Answer> {
    let loop = hub.loops[0].eventLoop
    guard let page = PageKey(dashboard: source), let viewer = ViewerID("push-\(hub.backplane.front)") else {
      return loop.makeSucceededFuture(.noSuchSource)
    }
    let number = numbers.next()
    let record = EventRecord(
      kind: .push, page: page, viewer: viewer, sequence: number, lowest: number, component: source, name: "push",
      data: data, front: hub.backplane.front)
    guard let reply = hub.replies.wait(for: viewer, sequence: number, within: .seconds(3), on: loop) else {
      return loop.makeSucceededFuture(.notAvailable)
    }
    return hub.backplane.enqueue(record, in: shard).hop(to: loop).flatMap { answer in
      answer == .queued ? reply.map { Answer($0) } : loop.makeSucceededFuture(.notAvailable)
    }.recover { _ in .notAvailable }
  }

  /// The first "accepted", else the greatest when all have answered: a shard without an owner keeps nobody waiting whose
  /// value was taken in another.
  private static func first(of answers: [EventLoopFuture<Answer>], on loop: any EventLoop) -> EventLoopFuture<Answer> {
    let promise = loop.makePromise(of: Answer.self)
    for answer in answers { answer.whenSuccess { if $0 == .accepted { promise.succeed($0) } } }
    EventLoopFuture.whenAllSucceed(answers, on: loop).map { $0.max() ?? .noSuchSource }.whenComplete { promise.completeWith($0) }
    return promise.futureResult
  }
}

extension PushIntake.Answer {
  fileprivate init(_ reply: EventReply?) {
    self =
      switch reply?.outcome {
      case .applied?: .accepted
      case .failed("not_allowed")?: .wrongToken
      case .failed?: .noSuchSource
      case nil: .notAvailable
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
