import Backplane
import DashboardModel
package import NIOCore
import NIOHTTP1
import PageSync
package import WebServer

/// The routes that browsers use all the time: polls, events and sockets, answered on the event loop from memory.
package struct FrontRoutes: HotRoutes {
  let hub: Hub
  let buckets = EventBuckets()
  private let loops: [ObjectIdentifier: LoopViewers]

  package init(hub: Hub) {
    self.hub = hub
    loops = Dictionary(uniqueKeysWithValues: hub.loops.map { (ObjectIdentifier($0.eventLoop), $0) })
  }

  package let repeatableParameter = "since"
  private static let prefix = "/api/pages/"

  package func decide(_ head: RequestHead, on eventLoop: any EventLoop) -> RequestDecision {
    guard head.path.hasPrefix(Self.prefix) else { return .router }
    let parts = head.path.dropFirst(Self.prefix.count).split(separator: "/", omittingEmptySubsequences: false)
    guard let name = parts.first, let page = PageKey(dashboard: name) else { return .error(.noSuchPage) }
    switch (parts.count, parts.last, head.method) {
    case (1, _, .GET): return poll(page, head, eventLoop)
    case (2, "events", .POST): return event(page, head, eventLoop)
    case (2, "socket", .GET): return socket(page, head, eventLoop)
    case (2, "leave", .POST): return leave(page, head, eventLoop)
    case (2, "mistakes", .GET): return .router
    case (3, let number, .GET) where parts[1] == "events": return eventStatus(page, number ?? "", head, eventLoop)
    case (1, _, _), (2, "events", _), (2, "leave", _), (2, "socket", _): return .error(.wrongMethod)
    case (3, _, _) where parts[1] == "events": return .error(.wrongMethod)
    default: return .error(.noSuchPage)
    }
  }

  // MARK: Polls

  private func poll(_ dashboard: PageKey, _ head: RequestHead, _ loop: any EventLoop) -> RequestDecision {
    let wish = wish(dashboard, tab: head.queryValue("client") ?? "", head)
    if let header = hub.header(of: dashboard), case .success(let found) = locator.address(wish, header) {
      let page = found.page, shown = since(head, page)
      if shown == nil { hub.arrived(at: page) }
      if let shown, let version = hub.version(of: page), shown > version { return catchUp(page, shown, loop) }
      let gzip = hub.settings.compresses && head.acceptsGzip
      if let answer = hub.pollAnswer(page, since: shown, gzip: gzip) {
        return .repeatable(answer, again: again(wish, page, tag: head.header("If-None-Match"), gzip: gzip))
      }
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

  /// Answers the same poll again. Its bytes carry cookie, tab and query, so they mean the same page for as long as the
  /// plain page's header and the sessions say so; both are asked again whenever either changed.
  private func again(_ wish: PageLocator.Wish, _ page: PageKey, tag: String?, gzip: Bool) -> RepeatedAnswer {
    let kept = KeptAnswer()
    return { [hub, locator] value in
      let now = NIODeadline.now()
      let shown = value.map { Version($0) } ?? tag.flatMap { tag in
        hub.version(of: page).flatMap { Self.version(ofTag: tag, at: $0) }
      }
      if shown == nil { hub.arrived(at: page) }
      if hub.pulse.isFresh(page, now), let answer = kept.answer(since: shown, now: now) { return answer }
      guard let header = hub.header(of: wish.dashboard), case .success(let found) = locator.address(wish, header),
        found.page == page
      else { return nil }
      return hub.pollAgain(page, of: wish.dashboard, since: shown, gzip: gzip, keeping: kept)
    }
  }

  /// What the tab shows: its word, or a cache's, which can only be "the very same".
  private func since(_ head: RequestHead, _ page: PageKey) -> Version? {
    if let text = head.queryValue("since") { return Version(text) }
    return hub.version(of: page).flatMap { Self.version(ofTag: head.header("If-None-Match"), at: $0) }
  }

  private static func version(ofTag tag: String?, at shown: Version) -> Version? {
    guard let tag, tag.hasPrefix("\""), tag.hasSuffix("\""), let slash = tag.firstIndex(of: "/"),
      ["/all\"", "/all-gzip\""].contains(tag[slash...])
    else { return nil }
    let version = Version(tag[..<slash].dropFirst())
    return version == shown ? version : nil
  }

  // MARK: What a request says

  var locator: PageLocator { PageLocator(hub: hub) }

  func wish(_ dashboard: PageKey, tab: String, _ head: RequestHead) -> PageLocator.Wish {
    PageLocator.Wish(dashboard: dashboard, tab: tab, session: session(head)) { head.queryValue($0) }
  }

  func session(_ head: RequestHead) -> Session? {
    let name = SessionSigner.cookieName(secure: hub.settings.secureCookies)
    return head.cookie(name).flatMap { hub.signer?.session(ofCookie: $0) }
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
