import DashboardModel
package import NIOCore
import NIOHTTP1
import PageSync
import Synchronization
package import WebServer

/// The routes that browsers use all the time: polls, events and sockets, answered on the event loop from memory.
package struct FrontRoutes: HotRoutes {
  let hub: Hub
  private let buckets = EventBuckets()
  private let loops: [ObjectIdentifier: LoopViewers]

  package init(hub: Hub) {
    self.hub = hub
    loops = Dictionary(uniqueKeysWithValues: hub.loops.map { (ObjectIdentifier($0.eventLoop), $0) })
  }

  private static let prefix = "/api/pages/"

  package func decide(_ head: RequestHead, on eventLoop: any EventLoop) -> RequestDecision {
    guard head.path.hasPrefix(Self.prefix) else { return .router }
    let parts = head.path.dropFirst(Self.prefix.count).split(separator: "/", omittingEmptySubsequences: false)
    guard let name = parts.first, let page = PageKey(dashboard: name) else { return .error(.noSuchPage) }
    switch (parts.count, parts.last, head.method) {
    case (1, _, .GET): return poll(page, head, eventLoop)
    case (2, "events", .POST): return event(page, head, eventLoop)
    case (2, "socket", .GET): return socket(page, head, eventLoop)
    case (1, _, _), (2, "events", _), (2, "socket", _): return .error(.wrongMethod)
    default: return .error(.noSuchPage)
    }
  }

  // MARK: Polls

  private func poll(_ dashboard: PageKey, _ head: RequestHead, _ loop: any EventLoop) -> RequestDecision {
    let wish = wish(dashboard, tab: head.queryValue("client") ?? "", head)
    if let header = hub.header(of: dashboard), header.scope == .shared, case .success(let found) = locator.address(wish, header) {
      let page = found.page, shown = since(head, page)
      if let shown, let version = hub.version(of: page), shown > version { return catchUp(page, shown, loop) }
      if let answer = hub.pollAnswer(page, since: shown) { return .answer(answer) }
    }
    return .later(
      locator.locate(wish, on: loop).map { found in
        switch found {
        case .failure(let failure): .response(failure.webError.response())
        case .success(let found):
          hub.pollAnswer(found.page, since: since(head, found.page)) ?? .response(WebError.notYet.response())
        }
      })
  }

  /// The tab has just been served by a front that is some milliseconds ahead: this one waits a moment for what is on its
  /// way before it calls itself behind.
  private func catchUp(_ page: PageKey, _ shown: Version, _ loop: any EventLoop) -> RequestDecision {
    hub.heard(of: shown, for: page)
    let time = hub.settings.limits.catchUp
    return .later(
      hub.whenShown(page, minimum: shown, within: time, on: loop).map { _ in
        hub.pollAnswer(page, since: shown) ?? .response(WebError.notYet.response())
      })
  }

  /// What the tab shows: its word, or a cache's, which can only be "the very same".
  private func since(_ head: RequestHead, _ page: PageKey) -> Version? {
    if let text = head.queryValue("since") { return Version(text) }
    guard let tag = head.header("If-None-Match"), tag.hasPrefix("\""), tag.hasSuffix("/all\"") else { return nil }
    let version = Version(tag.dropFirst().dropLast(5))
    return version == hub.version(of: page) ? version : nil
  }

  // MARK: What a request says

  private var locator: PageLocator { PageLocator(hub: hub) }

  private func wish(_ dashboard: PageKey, tab: String, _ head: RequestHead) -> PageLocator.Wish {
    PageLocator.Wish(dashboard: dashboard, tab: tab, session: session(head)) { head.queryValue($0) }
  }

  private func session(_ head: RequestHead) -> String? {
    let name = SessionSigner.cookieName(secure: hub.settings.secureCookies)
    return head.cookie(name).flatMap { hub.signer?.session(ofCookie: $0) }
  }

  // MARK: Events

  private func event(_ page: PageKey, _ head: RequestHead, _ loop: any EventLoop) -> RequestDecision {
    guard head.hasOwnOrigin else { return .error(.foreignOrigin) }
    guard head.saysJSON else { return .error(.notJSON) }
    guard let session = session(head) else { return .error(.openPageFirst) }
    guard let token = head.header("Splitflap-CSRF"), hub.signer?.isValid(csrfToken: token, session: session) == true else {
      return .error(.badToken)
    }
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
        guard let viewer = found.viewer else { return loop.makeSucceededFuture(.response(WebError.badClient.response())) }
        if let wait = buckets.take(viewer, hub.settings.limits) {
          return loop.makeSucceededFuture(.response(.tooMany(after: wait)))
        }
        return EventIntake(hub: hub).submit(request, to: found.page, as: viewer, on: loop).flatMap {
          respond($0, request, found.page, loop)
        }
      }
    }
  }

  /// The answer to an event carries what it changed, so that the tab need not ask (I7).
  private func respond(
    _ acknowledgement: EventAcknowledgement, _ request: EventRequest, _ page: PageKey, _ loop: any EventLoop
  ) -> EventLoopFuture<WebAnswer> {
    guard case .applied(let version, _) = acknowledgement else {
      return loop.makeSucceededFuture(.response(acknowledgement.response(to: request, update: nil)))
    }
    return hub.whenShown(page, minimum: version, within: hub.settings.limits.firstAnswer, on: loop).map { _ in
      .response(acknowledgement.response(to: request, update: hub.update(page, since: request.since)))
    }
  }

  // MARK: Sockets

  private func socket(_ page: PageKey, _ head: RequestHead, _ loop: any EventLoop) -> RequestDecision {
    // A browser always says where a socket comes from; a cookie without that is no browser's page of ours.
    let isNamed = head.headers.contains(name: "Origin") || !head.headers.contains(name: "Cookie")
    guard head.hasOwnOrigin, isNamed else { return .error(.foreignOrigin) }
    guard let viewers = loops[ObjectIdentifier(loop)] else { return .error(.notYet) }
    return .webSocket { outbound in
      ViewerSession(hub: hub, viewers: viewers, outbound: outbound) { tab in wish(page, tab: tab, head) }
    }
  }
}

/// How fast each Ajax tab may send events. Bounded: past the bound all start afresh, which only ever allows more.
private final class EventBuckets: Sendable {
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
