package import NIOCore
import NIOPosix

/// A TCP connection that sends exactly the bytes it is told to.
package final class RawClient: Sendable {
  package struct Timeout: Error { package let received: String }

  package let channel: any Channel
  private let inbox: NIOLoopBound<Inbox>

  package static func connect(port: Int) async throws -> RawClient {
    let (channel, inbox) = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.allowRemoteHalfClosure, value: false)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          let inbox = Inbox()
          try channel.pipeline.syncOperations.addHandler(inbox)
          return (channel, NIOLoopBound(inbox, eventLoop: channel.eventLoop))
        }
      }
    return RawClient(channel: channel, inbox: inbox)
  }

  private init(channel: any Channel, inbox: NIOLoopBound<Inbox>) {
    self.channel = channel
    self.inbox = inbox
  }

  /// Sends bytes as they are.
  package func send(_ text: String) async throws { try await send(Array(text.utf8)) }

  package func send(_ bytes: [UInt8]) async throws {
    try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
  }

  /// Ignores that the peer may have closed already.
  package func trySend(_ bytes: [UInt8]) async { try? await send(bytes) }

  package func stopReading() async throws { try await channel.setOption(.autoRead, value: false).get() }

  package func close() { channel.close(promise: nil) }

  /// Takes `count` bytes.
  package func read(_ count: Int, within time: TimeAmount = .seconds(10)) async throws -> [UInt8] {
    try await take(within: time) { bytes, _ in bytes.readableBytes >= count ? count : nil }
  }

  /// Everything until the peer closes.
  package func readToEnd(within time: TimeAmount = .seconds(10)) async throws -> String {
    String(
      decoding: try await take(within: time) { bytes, isClosed in isClosed ? bytes.readableBytes : nil }, as: UTF8.self)
  }

  /// One answer: status, header block and body (by Content-Length, chunked, or none for HEAD).
  package func readResponse(ofHead: Bool = false, within time: TimeAmount = .seconds(10)) async throws -> RawResponse {
    let head = try await take(within: time) { bytes, _ in Self.headerLength(bytes) }
    var response = RawResponse(head: String(decoding: head, as: UTF8.self))
    if ofHead || [101, 204, 304].contains(response.status) { return response }
    if response.header("transfer-encoding") == "chunked" {
      response.body = try await readChunks(within: time)
    } else if let length = response.header("content-length").flatMap({ Int($0) }) {
      response.body = try await read(length, within: time)
    }
    return response
  }

  private func readChunks(within time: TimeAmount) async throws -> [UInt8] {
    var body: [UInt8] = []
    while true {
      let line = try await take(within: time) { bytes, _ in
        bytes.readableBytesView.firstIndex(of: 0x0A).map { $0 - bytes.readerIndex + 1 }
      }
      guard let size = Int(String(decoding: line.dropLast(2), as: UTF8.self), radix: 16) else {
        throw Timeout(received: "")
      }
      body += try await read(size + 2, within: time).dropLast(2)
      if size == 0 { return body }
    }
  }

  private static func headerLength(_ bytes: ByteBuffer) -> Int? {
    let view = Array(bytes.readableBytesView)
    guard view.count >= 4 else { return nil }
    return (4...view.count).first { view[($0 - 4)..<$0].elementsEqual([13, 10, 13, 10]) }
  }

  private func take(
    within time: TimeAmount, _ enough: @escaping @Sendable (ByteBuffer, Bool) -> Int?
  ) async throws -> [UInt8] {
    let inbox = self.inbox
    return try await channel.eventLoop.flatSubmit { inbox.value.take(within: time, enough) }.get()
  }
}

/// What came in and nobody took yet.
private final class Inbox: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private var bytes = ByteBuffer()
  private var isClosed = false
  private var context: ChannelHandlerContext?
  private var waiter: (enough: (ByteBuffer, Bool) -> Int?, promise: EventLoopPromise<[UInt8]>)?

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func take(within time: TimeAmount, _ enough: @escaping (ByteBuffer, Bool) -> Int?) -> EventLoopFuture<[UInt8]> {
    guard let loop = context?.eventLoop else { preconditionFailure("the handler was never added") }
    let promise = loop.makePromise(of: [UInt8].self)
    waiter = (enough, promise)
    let timeout = loop.assumeIsolated().scheduleTask(in: time) { [weak self] in
      promise.fail(RawClient.Timeout(received: self.map { String(buffer: $0.bytes) } ?? ""))
    }
    promise.futureResult.whenComplete { _ in timeout.cancel() }
    check()
    return promise.futureResult
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    bytes.writeImmutableBuffer(unwrapInboundIn(data))
    check()
  }

  func channelInactive(context: ChannelHandlerContext) {
    isClosed = true
    check()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func check() {
    guard let waiter else { return }
    if let count = waiter.enough(bytes, isClosed) {
      self.waiter = nil
      waiter.promise.succeed(bytes.readBytes(length: count) ?? [])
    } else if isClosed {
      self.waiter = nil
      waiter.promise.fail(RawClient.Timeout(received: String(buffer: bytes)))
    }
  }
}

/// One answer as it came.
package struct RawResponse {
  package let head: String
  package var body: [UInt8] = []

  package init(head: String) { self.head = head }

  package var status: Int { Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0 }
  package var text: String { String(decoding: body, as: UTF8.self) }

  package func header(_ name: String) -> String? {
    for line in head.split(separator: "\r\n").dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2, parts[0].lowercased() == name { return parts[1].drop { $0 == " " }.description }
    }
    return nil
  }
}
