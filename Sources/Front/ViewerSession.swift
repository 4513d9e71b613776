import DashboardModel
import NIOCore
import PageSync
import WebServer

/// One browser tab on a socket: a cursor, at most one frame on its way, and a flag that there is more. No queue (I8).
///
/// Lives on its channel's event loop; nothing of it is touched from elsewhere.
final class ViewerSession: WebSocketSession {
  private let hub: Hub
  private let viewers: LoopViewers
  private let outbound: WebSocketOutbound
  /// What a tab of this id wants to see; let go at the hello, for it holds the whole request.
  private var wish: ((String) -> PageLocator.Wish)?

  let openedAt = NIODeadline.now()
  private var page: PageKey?
  /// The name under which the tab's events come; `nil` without a session.
  private var viewer: ViewerID?
  /// Of somebody who signed in; nobody else's session can end. Apart, for most viewers have none.
  private var login: Login?
  private var cursor: Version?
  private var saidHello = false
  private var isOpen = true
  private var isLeaving = false
  private var needsFrame = false
  private var frameIsScheduled = false
  private var lastFrame = NIODeadline.uptimeNanoseconds(0)
  private var lastHeard = NIODeadline.now()
  private var lastSaid = NIODeadline.now()
  private var lastPing = NIODeadline.now()
  private var stuckSince: NIODeadline?
  /// Said beside frames since then.
  private var unreadBytes = 0
  /// Was told that what is shown is not confirmed.
  private var knowsOfTrouble = false
  private var bucket: TokenBucket
  /// Where this one stands among all of its event loop, and among those of its page (``ViewerRow``).
  var placeOnLoop: Int32 = -1, placeOnPage: Int32 = -1

  private var limits: FrontLimits { hub.settings.limits }

  init(
    hub: Hub, viewers: LoopViewers, outbound: WebSocketOutbound, wish: @escaping (String) -> PageLocator.Wish
  ) {
    self.hub = hub
    self.viewers = viewers
    self.outbound = outbound
    self.wish = wish
    bucket = TokenBucket(burst: hub.settings.limits.eventBurst, now: .now())
  }

  // MARK: From the socket

  func opened() {
    viewers.greet(self)
    hub.viewerArrived()
  }

  // A browser says so when it unloads the page; the client's own end of a socket has another code.
  func peerCloses(_ code: WebSocketCloseCode?) { isLeaving = code == .goingAway }

  func closed() {
    isOpen = false
    viewers.forget(self)
    guard let page else { return }
    hub.detach(self, from: page, on: viewers)
    if isLeaving { hub.left(page) }
  }

  func received(text: ByteBuffer) {
    lastHeard = .now()
    // By far the most common word, and as our own client writes it.
    if saidHello, text == Self.pong { return }
    let json: JSON
    do {
      json = try EventRequest.object(Array(text.readableBytesView), maximumDepth: limits.eventDepth)
    } catch {
      close(.badMessage, error.message)
      return
    }
    switch (json["type"]?.text, saidHello) {
    case ("hello", false): hello(json)
    case ("event", true): event(json)
    case ("sync", true): sync(json)
    case ("pong", true): break
    default: close(.badMessage, "unexpected message")
    }
  }

  func writabilityChanged(isWritable: Bool) {
    // Told of every change, so nothing else asks the channel.
    stuckSince = isWritable ? nil : stuckSince ?? .now()
    if isWritable { unreadBytes = 0 }
    if isWritable, needsFrame { sendFrame() }
  }

  // MARK: From the hub, on this loop

  func pageChanged(_ delivery: inout FrameDelivery) {
    needsFrame = true
    sendFrame(&delivery)
  }

  // A page with parameters that a new definition does not know: the tab is led to another.
  func pageGone() {
    if page?.parameters.isEmpty == false { close(.resync, "page changed") } else { close(.pageGone, "page gone") }
  }

  func conditionChanged(_ condition: Freshness.Condition) { say(condition) }

  /// Called once a second: the limits that time sets.
  func tick(now: NIODeadline) {
    checkStanding()
    endTrouble()
    if let stuckSince, now - stuckSince > limits.slowViewer - Self.tickInterval {
      closeIfStuck(since: stuckSince)
    } else if !saidHello, now - lastHeard > limits.helloWithin {
      close(.badMessage, "no hello")
    } else if now - lastHeard > limits.silentViewer {
      close(.noPong, "no pong")
    } else if stuckSince == nil, now - lastSaid > limits.pingAfter || isOwedPing(now) {
      (lastPing, lastSaid) = (now, now)
      if isOpen { outbound.send(frame: Self.ping) }
    }
  }

  static let tickInterval = TimeAmount.seconds(1)

  /// To the moment, for ticks are far apart.
  private func closeIfStuck(since start: NIODeadline) {
    viewers.eventLoop.assumeIsolated().scheduleTask(deadline: start + limits.slowViewer) { [weak self] in
      if self?.stuckSince == start { self?.close(.slow, "slow") }
    }
  }

  /// A browser that is told much has no reason to speak, so it is asked too.
  private func isOwedPing(_ now: NIODeadline) -> Bool {
    now - max(lastHeard, lastPing) > limits.askAfter
  }

  // MARK: -

  private func hello(_ json: JSON) {
    guard json["protocol"]?.double == 1 else {
      close(.version, "protocol 1 is spoken here")
      return
    }
    saidHello = true
    let shown = json["since"]?.text.flatMap { Version($0) }
    cursor = shown
    guard let wish = wish?(json["client"]?.text ?? "") else { return }
    self.wish = nil
    PageLocator(hub: hub).locate(wish, on: viewers.eventLoop).assumeIsolated().whenSuccess { [self] result in
      guard isOpen else { return }
      switch result {
      case .success(let found): follow(found, wish.session, shown: shown)
      case .failure(let failure): refuse(failure)
      }
    }
  }

  private func refuse(_ failure: PageLocator.Failure) {
    switch failure {
    case .absent: close(.pageGone, "no such page")
    case .notYet: close(.tryLater, "page not available yet")
    case .tooMany: close(.tryLater, "too many variations of this page")
    case .forbidden: close(.forbidden, "not allowed")
    case .needsLogin, .signedOut: close(.sessionEnded, "sign in first")
    case .noSession, .badTab: close(.forbidden, "open the page first")
    }
  }

  /// A session with a name, and what its viewer was when the page was found.
  private final class Login {
    let session: Session
    let standing: Accounts.Standing

    init(_ session: Session, _ standing: Accounts.Standing) { (self.session, self.standing) = (session, standing) }
  }

  private var standing: Accounts.Standing { login?.standing ?? .anonymous }

  private func follow(_ found: PageLocator.Found, _ session: Session?, shown: Version?) {
    (page, viewer) = (found.page, found.viewer)
    login = session.flatMap { $0.login == nil ? nil : Login($0, hub.accounts.standing(of: $0)) }
    // What changed since the page was found is noticed at the next tick.
    if standing.roles != found.roles { return close(.sessionEnded, "session changed") }
    hub.attach(self, to: found.page, on: viewers)
    hub.arrived(at: found.page)
    if let shown { hub.heard(of: shown, for: found.page) }
    sayCondition()
    needsFrame = true
    sendFrame()
  }

  /// A sign-out, a role given or taken, and an old sign-in end the socket; the browser loads the page again.
  private func checkStanding() {
    guard page != nil, let login, hub.accounts.standing(of: login.session) != login.standing else { return }
    close(.sessionEnded, "session changed")
  }

  private func sync(_ json: JSON) {
    guard let page else { return }
    cursor = json["since"]?.text.flatMap { Version($0) }
    if let cursor { hub.heard(of: cursor, for: page) }
    sayCondition()
    needsFrame = true
    sendFrame()
  }

  /// Also tells a viewer who shows more than this front has: no frame would ever say so (R16).
  private func sayCondition() {
    guard let page else { return }
    say(condition(of: page))
  }

  private func condition(of page: PageKey) -> Freshness.Condition {
    let condition = hub.condition(of: page)
    let isAhead = cursor.flatMap { shown in hub.version(of: page).map { shown > $0 } } ?? false
    return condition == .fresh && isAhead ? .behind(ageMilliseconds: 0) : condition
  }

  /// Says that all is well again. The hub tells those who were there when it began; who came in between was told alone, and
  /// who was ahead is so no more by a frame, or by none.
  private func endTrouble() {
    guard knowsOfTrouble, isOpen, let page, condition(of: page) == .fresh else { return }
    say(.fresh)
  }

  private func say(_ condition: Freshness.Condition) {
    knowsOfTrouble = condition != .fresh
    say(condition.json)
  }

  private func event(_ json: JSON) {
    let request: EventRequest
    do {
      request = try EventRequest(json)
    } catch {
      acknowledge(json["seq"]?.double.flatMap { UInt64(exactly: $0) } ?? 0, .failed("bad_event"))
      return
    }
    if let wait = bucket.take(perSecond: limits.eventsPerSecond, burst: limits.eventBurst, now: .now()) {
      acknowledge(request.sequence, .retry(after: wait))
      return
    }
    checkStanding()
    guard isOpen else { return }
    guard let page else {
      // The page is on its way: a tab that reconnects sends what it has right after its hello.
      acknowledge(request.sequence, .retry(after: Self.pageIsOnItsWay))
      return
    }
    guard let viewer else {
      close(.forbidden, "open the page first")
      return
    }
    submit(request, from: EventIntake.Sender(page: page, viewer: viewer, roles: standing.roles))
  }

  private static let pageIsOnItsWay = 0.3

  private func submit(_ request: EventRequest, from sender: EventIntake.Sender) {
    let (sequence, loop) = (request.sequence, viewers.eventLoop)
    let session = NIOLoopBound(self, eventLoop: loop)
    let answer = EventIntake(hub: hub).submit(request, from: sender, on: loop) {
      loop.execute { session.value.acknowledge(sequence, .queued) }
    }
    answer.assumeIsolated().whenSuccess { [self] in acknowledge(sequence, $0.acknowledgement) }
  }

  private func acknowledge(_ sequence: UInt64, _ acknowledgement: EventAcknowledgement) {
    guard isOpen else { return }
    say(acknowledgement.json(sequence: sequence))
  }

  private func sendFrame() {
    guard let page, needsFrame else { return }
    var delivery = FrameDelivery(of: page, from: hub)
    sendFrame(&delivery)
  }

  /// Sends the difference between the cursor and the newest version, unless the socket is busy or was just served.
  private func sendFrame(_ delivery: inout FrameDelivery) {
    guard isOpen, needsFrame, stuckSince == nil else { return }
    let wait = lastFrame + limits.frameInterval - delivery.now
    guard wait.nanoseconds <= 0 else {
      scheduleFrame(in: wait)
      return
    }
    needsFrame = false
    guard delivery.isFor(standing) else { return close(.sessionEnded, "not allowed any more") }
    defer { endTrouble() }
    guard let frame = delivery.frame(since: cursor, compressed: outbound.isCompressing) else { return }
    cursor = frame.to
    lastFrame = delivery.now
    lastSaid = delivery.now
    outbound.send(frame: frame.bytes)
  }

  private static let ping = WebSocketFrames.text(ByteBuffer(string: #"{"type":"ping"}"#))
  private static let pong = ByteBuffer(string: #"{"type":"pong"}"#)

  private func scheduleFrame(in time: TimeAmount) {
    guard !frameIsScheduled else { return }
    frameIsScheduled = true
    viewers.eventLoop.assumeIsolated().scheduleTask(in: time) { [self] in
      frameIsScheduled = false
      sendFrame()
    }
  }

  private func say(_ message: JSON) {
    guard isOpen else { return }
    lastSaid = .now()
    let frame = WebSocketFrames.text(ByteBuffer(bytes: message.encoded))
    if stuckSince != nil { unreadBytes += frame.readableBytes }
    guard unreadBytes <= limits.unreadBytes else { return close(.slow, "slow") }
    outbound.send(frame: frame)
  }

  private func close(_ code: CloseCode, _ reason: String) {
    guard isOpen else { return }
    isOpen = false
    outbound.close(
      WebSocketCloseCode(code.rawValue), reason: reason, answerWithin: code == .slow ? limits.slowGoodbye : nil)
  }

  /// The close codes of docs/protocol.md.
  private enum CloseCode: UInt16 {
    case tryLater = 1013
    case slow = 4008, resync = 4010, noPong = 4012, sessionEnded = 4014
    case badMessage = 4501, forbidden = 4503, pageGone = 4504, version = 4505
  }

  /// Says goodbye because this front stops or is of no use; the browser goes to another.
  func leave(_ reason: String = "restarting") {
    guard isOpen else { return }
    isOpen = false
    outbound.close(.serviceRestart, reason: reason)
  }
}

extension Freshness.Condition {
  /// The `status` message.
  var json: JSON {
    switch self {
    case .fresh: ["type": "status", "state": "ok"]
    case .stale(let reason, let age):
      ["type": "status", "state": "stale", "reason": .string(reason), "age_ms": .number(Double(age))]
    case .behind(let age): ["type": "status", "state": "behind", "age_ms": .number(Double(age))]
    }
  }
}
