import NIOCore
import NIOHTTP1

/// From the parts of a request to a decision.
extension HTTPConnection {
  func handle(_ part: HTTPServerRequestPart) {
    switch part {
    case .head(let head): begin(head)
    case .body(let bytes): receive(bytes)
    case .end: endOfRequest()
    }
  }

  private func begin(_ head: HTTPRequestHead) {
    current = Current(isHead: head.method == .HEAD, version: head.version, isAnswered: false)
    current.closes = !head.isKeepAlive || head.version != .http1_1 || isLeaving
    switch server.check.check(head) {
    case .failure(let error): refuse(error)
    case .success(let facts): accept(head, facts)
    }
  }

  private func accept(_ head: HTTPRequestHead, _ facts: RequestCheck.Facts) {
    if facts.asksForUpgrade { current.closes = true }
    current.awaitsContinue = facts.expectsContinue && facts.body != .none
    times.bodyStartedAt = facts.body == .none ? nil : .now()
    expectBody(facts.body)
    guard let eventLoop = context?.eventLoop else { return }
    let request = requestHead(head, facts)
    act(on: server.hot.decide(request, on: eventLoop), Asked(head: request, original: head, body: facts.body))
  }

  /// A request on its way to an answer.
  struct Asked {
    let head: RequestHead
    let original: HTTPRequestHead
    let body: RequestCheck.Body
    /// The body, once it has been read.
    var bytes: ByteBuffer?
  }

  private func requestHead(_ head: HTTPRequestHead, _ facts: RequestCheck.Facts) -> RequestHead {
    RequestHead(
      method: head.method == .HEAD ? .GET : head.method, isHead: current.isHead,
      path: facts.path, query: facts.target.query, headers: head.headers,
      clientAddress: peerIsTrusted
        ? server.addresses.resolve(peer: peer, forwardedFor: head.headers[canonicalForm: "x-forwarded-for"]) : peer,
      host: facts.host, target: head.uri)
  }

  private func act(on decision: RequestDecision, _ asked: Asked) {
    switch decision {
    case .answer(let answer): write(answer)
    case .repeatable(let answer, let again):
      keep(again, asked)
      write(answer)
    case .later(let future): answerLater(future)
    case .router: routeWithBody(asked)
    case .body(let maximum, let then) where asked.bytes == nil:
      guard asked.body != .none || asked.head.method == .GET else { return refuse(.lengthRequired) }
      collect(asked, maximum: maximum) { [weak self] asked in
        self?.act(on: then(asked.bytes ?? ByteBuffer()), asked)
      }
    case .webSocket(let makeSession) where asked.bytes == nil: beginUpgrade(asked, makeSession)
    case .body, .webSocket:
      server.logger.debug("a route asked for a body or a WebSocket after the body")
      refuse(.internalError)
    }
  }

  /// Only a request that is plain in every respect, and came as one read of its own, is answered by its bytes later.
  private func keep(_ again: @escaping RepeatedAnswer, _ asked: Asked) {
    guard let requestBytes, asked.body == .none, !current.isHead, !current.endsConnection else { return }
    lastRequest = repeated?.keep(requestBytes, again)
  }

  private func routeWithBody(_ asked: Asked) {
    guard asked.bytes == nil, asked.body != .none else { return route(asked) }
    collect(asked, maximum: server.limits.routerBodyBytes) { [weak self] asked in self?.route(asked) }
  }

  // MARK: Bodies

  private func expectBody(_ body: RequestCheck.Body) {
    let limit = server.limits.ignoredBodyBytes
    inbound = .dropping(left: limit)
    if case .length(let length) = body { current.hasLongBody = length > limit }
  }

  private func collect(_ asked: Asked, maximum: Int, then: @escaping (Asked) -> Void) {
    if case .length(let length) = asked.body, length > maximum { return refuse(.tooLarge(maximum: maximum)) }
    inbound = .collecting(
      BodyCollector(maximum: maximum) { bytes in
        var asked = asked
        asked.bytes = bytes
        then(asked)
      })
    current.hasLongBody = false
    guard current.awaitsContinue else { return }
    current.awaitsContinue = false
    guard let context else { return }
    write(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"), through: context)
    context.flush()
  }

  private func receive(_ bytes: ByteBuffer) {
    switch inbound {
    case .dropping(let left):
      guard bytes.readableBytes <= left else { return giveUpBody() }
      inbound = .dropping(left: left - bytes.readableBytes)
    case .collecting(var collector):
      inbound = .betweenRequests
      collector.bytes.writeImmutableBuffer(bytes)
      inbound = .collecting(collector)
      if collector.bytes.readableBytes > collector.maximum { refuse(.tooLarge(maximum: collector.maximum)) }
    case .betweenRequests, .upgrading: giveUpBody()
    }
  }

  /// Nobody wants so much: the connection ends with the answer, which may already be out.
  private func giveUpBody() {
    current.closes = true
    refusesMore = true
    waiting.removeAll()
    inbound = .betweenRequests
    endIfDone()
  }

  private func endOfRequest() {
    let ended = inbound
    inbound = .betweenRequests
    times.bodyStartedAt = nil
    switch ended {
    case .collecting(let collector): collector.then(collector.bytes)
    case .upgrading(let handshake): upgrade(handshake)
    case .dropping, .betweenRequests: endIfDone()
    }
  }
}
