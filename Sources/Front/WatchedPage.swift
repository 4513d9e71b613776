import DashboardModel
import NIOCore
import NIOHTTP1
import PageSync
import WebServer

/// One page in a front: the machine that follows it, who waits for it, and what was encoded of its newest version.
struct WatchedPage {
  var machine = FrontPage()
  /// How many viewers each event loop has on it.
  var viewers: [Int: Int] = [:]
  var waiters: [Waiter] = []
  var lastUsed: NIODeadline
  /// When "somebody looks at this" was last sent for a page that is made on demand.
  var lastOpened: NIODeadline?
  /// Its tab said goodbye here, and was not heard of since.
  var hasLeft = false
  /// A poll came, and the producer has not been told for a while. Judged when a poll comes, not later: a tab that polls
  /// here and there may have said goodbye elsewhere since.
  var isWanted = false
  /// True when the producer would not make it.
  var isRefused = false
  private(set) var header: PageHeader?
  let pulse = PagePulse()
  private var polls = EncodedAnswers()
  private var compressedPolls = EncodedAnswers()
  private var frames = EncodedAnswers()
  private var compressedFrames = EncodedAnswers()
  private var notModified: ByteBuffer?
  private var lastWaiter: UInt64 = 0

  /// Somebody who waits until the page shows `minimum` (or anything).
  struct Waiter {
    var id: UInt64
    var minimum: Version?
    var promise: EventLoopPromise<Bool>
  }

  init(now: NIODeadline) { lastUsed = now }

  var version: Version? { machine.view?.version }

  /// Somebody asked for it. Whoever seemed gone is not: the producer hears so at the next upkeep.
  mutating func wasUsed(_ now: NIODeadline) {
    lastUsed = now
    if hasLeft { (hasLeft, lastOpened) = (false, nil) }
    if isDue(now) { isWanted = true }
  }

  /// True when the producer is to be told again that the page is looked at.
  func isDue(_ now: NIODeadline) -> Bool {
    // A page that was here and is not in the store was given up while nobody could say that it is looked at.
    let every = version == nil || machine.storeIsBehind ? Self.openUnanswered : Self.openAgain
    return lastOpened.map { now - $0 >= every } ?? true
  }

  static let openUnanswered = TimeAmount.milliseconds(1000)
  static let openAgain = TimeAmount.seconds(30)

  /// Forgets what was encoded of older versions and takes over the page's definition.
  mutating func changed() {
    polls.removeAll()
    compressedPolls.removeAll()
    frames.removeAll()
    compressedFrames.removeAll()
    notModified = nil
    isRefused = false
    guard let item = machine.view?[.page] else {
      header = nil
      return
    }
    header = (try? JSON.decode(PageHeader.self, from: item.head)) ?? header
  }

  /// Adds a waiter, and names it.
  mutating func wait(for minimum: Version?, _ promise: EventLoopPromise<Bool>) -> UInt64 {
    lastWaiter += 1
    waiters.append(Waiter(id: lastWaiter, minimum: minimum, promise: promise))
    return lastWaiter
  }

  /// Takes the waiters that need not wait any longer, with their answer.
  mutating func dueWaiters() -> [Waiter] {
    guard let version else { return [] }
    let due = waiters.filter { $0.minimum.map { $0 <= version } ?? true }
    waiters.removeAll { $0.minimum.map { $0 <= version } ?? true }
    return due
  }

  /// The frame that leads a viewer from `since` to the newest version; `nil` if there is nothing to send.
  mutating func frame(since: Version?, compressed: Bool) -> (bytes: ByteBuffer, to: Version)? {
    guard let view = machine.view else { return nil }
    if let kept = kept(since, compressed) { return (kept, view.version) }
    guard let message = view.message(since: since) else { return nil }
    let key = message.isFull ? nil : since
    if let kept = kept(key, compressed) { return (kept, view.version) }
    let payload = ByteBuffer(bytes: message.json)
    if compressed, let frame = WebSocketFrames.compressedText(payload) {
      compressedFrames.keep(frame, for: key)
      return (frame, view.version)
    }
    let frame = WebSocketFrames.text(payload)
    frames.keep(frame, for: key)
    // So that nobody tries again to compress what does not pay.
    if compressed { compressedFrames.keep(frame, for: key) }
    return (frame, view.version)
  }

  private func kept(_ since: Version?, _ compressed: Bool) -> ByteBuffer? {
    compressed ? compressedFrames[since] : frames[since]
  }

  /// The JSON object that leads from `since` to the newest version.
  func update(since: Version?) -> [UInt8]? {
    guard let view = machine.view else { return nil }
    return view.message(since: since)?.json
  }

  /// The whole answer to a poll, from the cache while the page is fresh.
  mutating func pollAnswer(since: Version?, gzip: Bool, condition: Freshness.Condition) -> WebAnswer? {
    guard let view = machine.view else { return nil }
    guard condition == .fresh else {
      return .response(response(view, view.message(since: since), since: since, condition))
    }
    if since == view.version, let notModified { return .bytes(notModified) }
    if let kept = gzip ? compressedPolls[since] : polls[since] { return .bytes(kept) }
    let message = view.message(since: since)
    let key = message?.isFull == true ? nil : since
    if message != nil, let kept = gzip ? compressedPolls[key] : polls[key] { return .bytes(kept) }
    var response = response(view, message, since: since, condition)
    if gzip { response.compress() }
    let bytes = response.encoded()
    switch (message != nil, gzip) {
    case (true, true): compressedPolls.keep(bytes, for: key)
    case (true, false): polls.keep(bytes, for: key)
    case (false, _): if since == view.version { notModified = bytes }
    }
    return .bytes(bytes)
  }

  // MARK: -

  private func response(
    _ view: PageView, _ message: ViewerMessage?, since: Version?, _ condition: Freshness.Condition
  ) -> WebResponse {
    var headers = HTTPHeaders()
    let isPublic = header.map { $0.viewIsOpen && $0.scope == .shared } ?? false
    headers.add(name: "Cache-Control", value: isPublic ? "public, max-age=0, s-maxage=1" : "private, no-cache")
    headers.add(name: "ETag", value: "\"\(view.version)/all\"")
    add(condition, to: &headers)
    if let message {
      headers.add(name: "Content-Type", value: "application/json")
      headers.add(name: "Vary", value: "Accept-Encoding")
      return WebResponse(headers: headers, body: ByteBuffer(bytes: message.json))
    }
    if since != view.version, condition == .fresh { headers.add(name: "Page-State", value: "behind") }
    return WebResponse(status: .notModified, headers: headers)
  }

  private func add(_ condition: Freshness.Condition, to headers: inout HTTPHeaders) {
    switch condition {
    case .fresh: break
    case .stale(let reason, let age):
      headers.add(name: "Page-State", value: "stale")
      headers.add(name: "Page-Reason", value: reason)
      headers.add(name: "Page-Age", value: "\(age)")
    case .behind(let age):
      headers.add(name: "Page-State", value: "behind")
      headers.add(name: "Page-Age", value: "\(age)")
    }
  }
}

extension ViewerMessage {
  fileprivate var isFull: Bool { if case .full = self { true } else { false } }
}
