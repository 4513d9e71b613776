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
    // Before the session is checked under it.
    let key = hub.signer?.key
    let wish = wish(dashboard, tab: head.queryValue("client") ?? "", head)
    let asked = Asked(head, gzip: hub.settings.compresses && head.acceptsGzip)
    if let header = hub.header(of: dashboard), case .success(let found) = locator.address(wish, header) {
      let page = found.page, shown = asked.wish(at: hub.version(of: page))
      if shown.since == nil { hub.arrived(at: page) }
      if let since = shown.since, let version = hub.version(of: page), since > version { return catchUp(page, shown, loop) }
      if let answer = hub.pollAnswer(page, shown) {
        return .repeatable(answer, again: again(wish.known(found.viewer), page, asked, key))
      }
    }
    return .later(
      locator.locate(wish, on: loop).map { found in
        switch found {
        case .failure(let failure): .response(failure.webError.response())
        case .success(let found):
          hub.pollAnswer(found.page, asked.wish(at: hub.version(of: found.page))) ?? .response(WebError.notYet.response())
        }
      })
  }

  /// The tab has just been served by a front that is some milliseconds ahead: this one waits a moment for what is on its
  /// way before it calls itself behind.
  private func catchUp(_ page: PageKey, _ wish: PollWish, _ loop: any EventLoop) -> RequestDecision {
    if let since = wish.since { hub.heard(of: since, for: page) }
    let time = hub.settings.limits.catchUp
    return .later(
      hub.whenShown(page, minimum: wish.since, within: time, on: loop).map { _ in
        hub.pollAnswer(page, wish) ?? .response(WebError.notYet.response())
      })
  }

  /// Answers the same poll again. Its bytes carry cookie, tab and query, so they mean the same page for as long as the
  /// key of the sessions is the same and the plain page's header and the sessions say so; these are asked again whenever one
  /// of them changed.
  private func again(_ wish: PageLocator.Wish, _ page: PageKey, _ asked: Asked, _ key: [UInt8]?) -> RepeatedAnswer {
    let kept = KeptAnswer()
    return { [hub, locator] value in
      let since = value.flatMap { Version($0) }
      if let answer = kept.answer(since: since, now: .now()) {
        if page.viewer != nil, since == nil { hub.arrived(at: page) }
        return answer
      }
      guard let beats = hub.beats(of: page, plain: wish.dashboard), hub.signer?.key == key,
        let header = hub.header(of: wish.dashboard), case .success(let found) = locator.address(wish, header),
        found.page == page
      else { return nil }
      let again = value == nil ? asked.wish(at: hub.version(of: page)) : asked.wish(since)
      if again.since == nil { hub.arrived(at: page) }
      kept.expect(since)
      return hub.pollAgain(page, again, keeping: kept, beats)
    }
  }

  /// What a poll says of the copy that its sender has: the tab's word, or a cache's, which can only be "the very same".
  private struct Asked {
    private let names: Version??
    private let tag: EntityTag
    private let gzip: Bool

    init(_ head: RequestHead, gzip: Bool) {
      names = head.queryValue("since").map { Version($0) }
      tag = EntityTag(head.header("If-None-Match"))
      self.gzip = gzip
    }

    func wish(at version: Version?) -> PollWish {
      if let names { return wish(names) }
      let copy = version.flatMap { tag.copy(of: $0) }
      return PollWish(since: copy == nil ? nil : version, gzip: gzip, holdsGzip: copy == .gzip, isByTag: true)
    }

    func wish(_ since: Version?) -> PollWish { PollWish(since: since, gzip: gzip) }
  }

  // MARK: What a request says

  var locator: PageLocator { PageLocator(hub: hub) }

  func wish(_ dashboard: PageKey, tab: String, _ head: RequestHead) -> PageLocator.Wish {
    PageLocator.Wish(dashboard: dashboard, tab: tab, session: session(head)) { head.queryValue($0) }
  }

  func session(_ head: RequestHead) -> Session? {
    let name = SessionSigner.cookieName(secure: hub.settings.secureCookies)
    guard let cookie = head.cookie(name), let signer = hub.signer else { return nil }
    let viewers = hub.loops.first { $0.eventLoop.inEventLoop }
    guard let viewers else { return signer.session(ofCookie: cookie) }
    return viewers.sessions.value.session(ofCookie: String(cookie), signer)
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
