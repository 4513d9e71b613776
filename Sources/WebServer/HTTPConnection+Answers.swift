import NIOCore
import NIOHTTP1

/// From an answer to bytes.
extension HTTPConnection {
  func write(_ answer: WebAnswer) {
    guard let context, !isLingering else { return }
    switch answer {
    case .bytes(let bytes):
      let whole = isLeaving && writeOptions.closes ? Self.closing(bytes) : bytes
      write(current.isHead ? Self.headerOnly(whole) : whole, through: context)
    case .response(let response):
      var buffer = context.channel.allocator.buffer(capacity: 0)
      response.write(into: &buffer, options: writeOptions)
      write(buffer, through: context)
    }
    finishAnswer()
  }

  func answerLater(_ future: EventLoopFuture<WebAnswer>) {
    guard let context else { return }
    isAnswerOwed = true
    future.hop(to: context.eventLoop).assumeIsolated().whenComplete { [weak self] result in
      guard let self, self.isAnswerOwed else { return }
      switch result {
      case .success(let answer): self.write(answer)
      case .failure(let error): self.write(.response(self.response(for: error)))
      }
    }
  }

  /// The answer to a request that broke a rule; the connection ends with it.
  func refuse(_ error: WebError) {
    server.ledger.count { $0.badRequests += 1 }
    writeError(error)
  }

  func writeError(_ error: WebError) {
    let id = WebError.makeRequestID()
    server.logger.debug(
      "request refused",
      metadata: ["code": "\(error.code)", "status": "\(error.status.code)", "request_id": "\(id)", "peer": "\(peer)"])
    current.closes = true
    current.isAnswered = false
    write(.response(error.response(requestID: id)))
  }

  func response(for error: any Error) -> WebResponse {
    if let error = error as? WebError { return error.response() }
    let id = WebError.makeRequestID()
    server.logger.debug("a route failed", metadata: ["request_id": "\(id)", "error": "\(error)"])
    return WebError.internalError.response(requestID: id)
  }

  var writeOptions: WebResponse.WriteOptions {
    WebResponse.WriteOptions(
      closes: current.endsConnection || refusesMore && waiting.isEmpty, leavesOutBody: current.isHead,
      date: server.dates.now())
  }

  /// The answer is written: keep the connection, or end it.
  func finishAnswer() {
    isAnswerOwed = false
    current.isAnswered = true
    if current.endsConnection { linger() } else { advance() }
  }

  /// A cached answer that says that it is the last.
  private static func closing(_ bytes: ByteBuffer) -> ByteBuffer {
    guard let line = bytes.readableBytesView.firstIndex(of: 0x0A).map({ $0 + 1 - bytes.readerIndex }) else { return bytes }
    var rest = bytes
    guard var whole = rest.readSlice(length: line) else { return bytes }
    whole.writeString("Connection: close\r\n")
    whole.writeBuffer(&rest)
    return whole
  }

  /// A cached answer without its body.
  private static func headerOnly(_ bytes: ByteBuffer) -> ByteBuffer {
    let end: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
    let view = bytes.readableBytesView
    var index = view.startIndex
    while let found = view[index...].firstIndex(of: 0x0D) {
      if view[found...].starts(with: end) {
        return bytes.getSlice(at: view.startIndex, length: found + end.count - view.startIndex) ?? bytes
      }
      index = found + 1
    }
    return bytes
  }
}
