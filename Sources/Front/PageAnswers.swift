import DashboardModel
import NIOCore
import NIOHTTP1
import PageSync
import Synchronization
import WebServer

/// What a poll asks for.
struct PollWish: Sendable {
  /// What the tab, or a cache, shows.
  var since: Version?
  /// The asker takes gzip.
  var gzip = false
  /// The copy it holds came as gzip, which has a tag of its own.
  var holdsGzip = false
  /// `since` is what a cache's copy has, by its tag.
  var isByTag = false
}

/// What was encoded of one version of one page: each message once, and the forms in which it is sent.
///
/// Has a lock of its own, so that encoding and compressing hold up nobody but those who want the same page; whoever comes
/// meanwhile waits for what is being made instead of making it again. The view is handed in each time and never kept: with
/// a second owner it would be copied at the next change.
///
/// Bounded, for a viewer names any version it likes: past ``most`` or ``mostBytes`` it is led on by the whole page, of
/// which there is one.
final class PageAnswers: Sendable {
  fileprivate struct State {
    var whole: EncodedMessage?
    var since: [Version: EncodedMessage] = [:]
    /// Of the messages in `since`, as JSON.
    var bytes = 0
    /// By whether the asker's copy is gzip.
    var unchanged: [Bool: DatedAnswer] = [:]
  }

  /// Anyone may view the page, and all see the same.
  private let isPublic: Bool
  private let state = Mutex(State())

  static let most = 256
  static let mostBytes = 2 << 20

  init(isPublic: Bool) { self.isPublic = isPublic }

  /// How many messages are kept besides the whole page.
  var count: Int { state.withLock { $0.since.count } }

  /// The whole answer to a poll. One that says more than what the page shows is put together each time.
  func poll(_ view: PageView, _ wish: PollWish, _ standing: PageStanding) -> WebAnswer {
    let date = DateClock.shared.now()
    return state.withLock { state in
      if standing.isPlain, wish.since == view.version { return .bytes(unchanged(&state, view, wish, date)) }
      // A copy that was plain must not be confirmed while the page is not: a cache would go on calling it fresh.
      let since = standing.isPlain || !wish.isByTag ? wish.since : nil
      let answer = state.withMessage(view, since: since) { message -> WebAnswer in
        var headers = headers(view, standing)
        headers.add(name: "Content-Type", value: "application/json")
        let response = WebResponse(headers: headers)
        return standing.isPlain
          ? .bytes(message.poll(response, gzip: wish.gzip, date)) : .response(message.response(response, gzip: wish.gzip))
      }
      return answer ?? .response(notModified(view, wish, standing))
    }
  }

  /// The frame that leads a viewer from `since` to the view; `nil` if there is nothing to send.
  func frame(_ view: PageView, since: Version?, compressed: Bool) -> ByteBuffer? {
    state.withLock { $0.withMessage(view, since: since) { $0.frame(compressed: compressed) } }
  }

  /// The JSON object that does.
  func json(_ view: PageView, since: Version?) -> ByteBuffer? {
    state.withLock { $0.withMessage(view, since: since) { $0.json } }
  }

  // MARK: -

  private func unchanged(_ state: inout State, _ view: PageView, _ wish: PollWish, _ date: String) -> ByteBuffer {
    state.unchanged[wish.holdsGzip, default: DatedAnswer(notModified(view, wish, PageStanding(condition: .fresh)), date)].bytes(date)
  }

  private func notModified(_ view: PageView, _ wish: PollWish, _ standing: PageStanding) -> WebResponse {
    var headers = headers(view, standing, isGzip: wish.holdsGzip)
    if wish.since != view.version, standing.condition == .fresh { headers.add(name: "Page-State", value: "behind") }
    return WebResponse(status: .notModified, headers: headers)
  }

  private func headers(_ view: PageView, _ standing: PageStanding, isGzip: Bool = false) -> HTTPHeaders {
    var headers = HTTPHeaders()
    headers.add(name: "Cache-Control", value: isPublic ? "public, max-age=0, s-maxage=1" : "private, no-cache")
    // No tag that anybody is asked to confirm (``EntityTag``), for its copy says more than what the page shows.
    let kind = standing.isPlain ? "all" : "all-stale"
    headers.add(name: "ETag", value: "\"\(view.version)/\(kind)\(isGzip ? "-gzip" : "")\"")
    headers.add(name: "Vary", value: "Accept-Encoding")
    if let next = standing.nextPoll {
      headers.add(name: "Poll-After", value: "\(Double(next.nanoseconds / 1_000_000) / 1000)")
    }
    switch standing.condition {
    case .fresh: break
    case .stale(let reason, let age):
      headers.add(name: "Page-State", value: "stale")
      headers.add(name: "Page-Reason", value: reason)
      headers.add(name: "Page-Age", value: "\(age)")
    case .behind(let age):
      headers.add(name: "Page-State", value: "behind")
      headers.add(name: "Page-Age", value: "\(age)")
    }
    return headers
  }
}

extension PageAnswers.State {
  /// What `use` makes of the message that leads from `since` to the view; `nil` if there is nothing to tell.
  fileprivate mutating func withMessage<Result>(
    _ view: PageView, since shown: Version?, _ use: (inout EncodedMessage) -> Result
  ) -> Result? {
    if let shown {
      guard shown < view.version else { return nil }
      if let index = since.index(forKey: shown) { return use(&since.values[index]) }
      if var message = makeMessage(view, since: shown) {
        defer { keep(message, for: shown) }
        return use(&message)
      }
    }
    var message = whole ?? EncodedMessage(.full(to: view.version, view.values))
    defer { whole = message }
    return use(&message)
  }

  /// `nil` where the whole page leads on.
  private func makeMessage(_ view: PageView, since shown: Version) -> EncodedMessage? {
    guard since.count < PageAnswers.most, bytes < PageAnswers.mostBytes else { return nil }
    return switch view.changes(since: shown) {
    case .delta(let update): EncodedMessage(.delta(update))
    case .rebase(let update): EncodedMessage(.rebase(update))
    case .whole, .nothing, .behind: nil
    }
  }

  private mutating func keep(_ message: EncodedMessage, for shown: Version) {
    since[shown] = message
    bytes += message.json.readableBytes
  }
}

/// One message to viewers as JSON, and what polls and sockets are sent of it; each form is made when it is first asked for.
fileprivate struct EncodedMessage {
  let json: ByteBuffer
  private var polls: [Bool: DatedAnswer] = [:]
  private var frames: [Bool: ByteBuffer] = [:]
  private var gzip: ByteBuffer?
  /// `gzip` has been tried; `nil` there means that it does not pay.
  private var wasGzipped = false

  init(_ message: ViewerMessage) { json = ByteBuffer(bytes: message.json) }

  /// `response` with this message as its body, laid out.
  mutating func poll(_ response: @autoclosure () -> WebResponse, gzip: Bool, _ date: String) -> ByteBuffer {
    if let kept = polls[gzip]?.bytes(date) { return kept }
    let answer = DatedAnswer(self.response(response(), gzip: gzip), date)
    polls[gzip] = answer
    return answer.bytes
  }

  mutating func response(_ response: WebResponse, gzip: Bool) -> WebResponse {
    var response = response
    response.body = json
    guard gzip else { return response }
    if !wasGzipped { (self.gzip, wasGzipped) = (Compression.gzip(json), true) }
    if let gzip = self.gzip { response.carry(gzip: gzip) }
    return response
  }

  /// A frame of its own where compressing does not pay, so that nobody tries again.
  mutating func frame(compressed: Bool) -> ByteBuffer {
    if let kept = frames[compressed] { return kept }
    let frame = (compressed ? WebSocketFrames.compressedText(json) : nil) ?? WebSocketFrames.text(json)
    frames[compressed] = frame
    return frame
  }
}
