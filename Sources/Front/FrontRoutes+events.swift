import DashboardModel
import NIOCore
import NIOHTTP1
import Synchronization
import WebServer

/// Events sent by Ajax.
extension FrontRoutes {
  /// A tab that polls says that it is being unloaded; one with a socket closes that. Checked as its events are.
  func leave(_ dashboard: PageKey, _ head: RequestHead, _ loop: any EventLoop) -> RequestDecision {
    if let refusal = refusal(of: head) { return .error(refusal) }
    let (wish, time) = (wish(dashboard, tab: head.queryValue("client") ?? "", head), hub.settings.limits.firstAnswer)
    return .body(maximum: hub.settings.limits.eventBodyBytes) { _ in
      .later(hub.whenShown(dashboard, within: time, on: loop).map { _ in
        if let header = hub.header(of: dashboard), case .success(let found) = locator.address(wish, header),
          let viewer = found.viewer, buckets.take(viewer, hub.settings.limits) == nil
        {
          hub.left(found.page)
        }
        return .response(WebResponse(status: .noContent, headers: ["Cache-Control": "no-store"]))
      })
    }
  }

  /// Why this request may not change anything: another site may have had the browser send it.
  private func refusal(of head: RequestHead) -> WebError? {
    guard head.hasOwnOrigin else { return .foreignOrigin }
    guard let session = session(head) else { return .openPageFirst }
    guard let token = head.header("Splitflap-CSRF"), hub.signer?.isValid(csrfToken: token, session: session.id) == true else {
      return .badToken
    }
    return nil
  }

  func event(_ page: PageKey, _ head: RequestHead, _ loop: any EventLoop) -> RequestDecision {
    guard head.hasOwnOrigin else { return .error(.foreignOrigin) }
    guard head.saysJSON else { return .error(.notJSON) }
    if let refusal = refusal(of: head) { return .error(refusal) }
    return .body(maximum: hub.settings.limits.eventBodyBytes) { body in
      do {
        let json = try EventRequest.object(Array(body.readableBytesView), maximumDepth: hub.settings.limits.eventDepth)
        return .later(answer(try EventRequest(json), page, head, loop))
      } catch let refusal as EventRequest.Refusal {
        return .response(refusal.response)
      } catch {
        return .error(.badEvent)
      }
    }
  }

  private func answer(_ request: EventRequest, _ page: PageKey, _ head: RequestHead, _ loop: any EventLoop)
    -> EventLoopFuture<WebAnswer>
  {
    locator.locate(wish(page, tab: request.tab ?? "", head), on: loop).flatMap { found in
      switch found {
      case .failure(let failure): return loop.makeSucceededFuture(.response(failure.webError.response()))
      case .success(let found):
        guard let sender = EventIntake.Sender(found) else { return loop.makeSucceededFuture(.response(WebError.badClient.response())) }
        if let wait = buckets.take(sender.viewer, hub.settings.limits) {
          return loop.makeSucceededFuture(.response(.tooMany(after: wait)))
        }
        return EventIntake(hub: hub).submit(request, from: sender, on: loop).flatMap {
          var answer = EventHTTPAnswer(request.sequence, $0.acknowledgement)
          answer.isReplay = $0.isReplay
          answer.place = place(of: request, head)
          return respond(answer, since: request.since, found.page, loop)
        }
      }
    }
  }

  // The tab's id was checked to be Base64; of the query only what may stand in a header is taken over.
  private func place(of request: EventRequest, _ head: RequestHead) -> String {
    let isPlain = !head.query.isEmpty && head.query.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    return "events/\(request.sequence)?client=\(request.tab ?? "")" + (isPlain ? "&\(head.query)" : "")
  }

  /// What became of an event that was answered `queued`: for its sender alone, from whichever front (R18).
  func eventStatus(_ dashboard: PageKey, _ number: Substring, _ head: RequestHead, _ loop: any EventLoop) -> RequestDecision {
    guard let sequence = UInt64(number), (1...EventRequest.largestSequence).contains(sequence), number.first != "+" else {
      return .error(.noSuchEvent)
    }
    let tab = head.queryValue("client") ?? ""
    return .later(
      locator.locate(wish(dashboard, tab: tab, head), on: loop).flatMap { found in
        switch found {
        case .failure(let failure): return loop.makeSucceededFuture(.response(failure.webError.response()))
        case .success(let found):
          guard let viewer = found.viewer else {
            let error: WebError = session(head) == nil ? .openPageFirst : .badClient
            return loop.makeSucceededFuture(.response(error.response()))
          }
          return EventIntake(hub: hub).standing(of: sequence, on: found.page, by: viewer, on: loop).flatMap { standing in
            guard let standing else { return loop.makeSucceededFuture(.response(WebError.noSuchEvent.response())) }
            let answer = EventHTTPAnswer(sequence, standing)
            return respond(answer, since: head.queryValue("since").flatMap { Version($0) }, found.page, loop)
          }
        }
      })
  }

  /// The answer to an event carries what it changed, so that the tab need not ask (I7).
  private func respond(
    _ answer: EventHTTPAnswer, since: Version?, _ page: PageKey, _ loop: any EventLoop
  ) -> EventLoopFuture<WebAnswer> {
    guard case .applied(let version, _) = answer.acknowledgement else {
      return loop.makeSucceededFuture(.response(answer.response(update: nil)))
    }
    return hub.whenShown(page, minimum: version, within: hub.settings.limits.firstAnswer, on: loop).map { _ in
      .response(answer.response(update: hub.update(page, since: since)))
    }
  }
}

/// How fast each Ajax tab may send events. Bounded: past the bound all start afresh, which only ever allows more.
final class EventBuckets: Sendable {
  private let buckets = Mutex<[ViewerID: TokenBucket]>([:])
  private static let most = 10_000

  func take(_ viewer: ViewerID, _ limits: FrontLimits) -> Double? {
    buckets.withLock { buckets in
      if buckets.count >= Self.most { buckets.removeAll(keepingCapacity: true) }
      return buckets[viewer, default: TokenBucket(burst: limits.eventBurst, now: .now())]
        .take(perSecond: limits.eventsPerSecond, burst: limits.eventBurst, now: .now())
    }
  }
}
