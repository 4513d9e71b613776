import NIOCore

/// Stands before the decoder: answers requests that have been seen before, tells the connection what was read, which the
/// decoder keeps to itself until a header is complete, and recognises peers that speak another protocol.
final class HeaderClock: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let connection: HTTPConnection
  private var isFirst = true
  /// Something of this read was left to the decoder.
  private var wentOn = false

  init(connection: HTTPConnection) { self.connection = connection }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    if connection.answerAgain(bytes, through: context) { return }
    wentOn = true
    if isFirst {
      isFirst = false
      noteForeignProtocol(bytes)
    }
    connection.decode(bytes, through: context)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    guard wentOn else {
      if connection.mayOweFlush { context.flush() }
      return
    }
    wentOn = false
    context.fireChannelReadComplete()
  }

  private func noteForeignProtocol(_ bytes: ByteBuffer) {
    guard let name = ForeignProtocol(bytes), let heldBack = connection.server.foreignProtocolLog.admit() else { return }
    connection.server.logger.notice(
      "a peer speaks another protocol on the HTTP port",
      metadata: ["protocol": "\(name.rawValue)", "peer": "\(connection.peer)", "more": "\(heldBack)"])
  }
}

/// What people connect by mistake.
enum ForeignProtocol: String {
  case tls = "TLS"
  case http2 = "HTTP/2"
  case redis = "Redis"

  init?(_ bytes: ByteBuffer) {
    let start = bytes.readableBytesView.prefix(14)
    if start.starts(with: [0x16, 0x03]) {
      self = .tls
    } else if start.starts(with: "PRI * HTTP/2.0".utf8) {
      self = .http2
    } else if start.first == UInt8(ascii: "*") || start.starts(with: "PING\r\n".utf8) {
      self = .redis
    } else {
      return nil
    }
  }
}
