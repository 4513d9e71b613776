import NIOCore

/// A connection that is one too many: 503 with Retry-After, then goodbye, whatever it sends.
final class RefusedConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private static let lingerTime = TimeAmount.seconds(1)

  func channelActive(context: ChannelHandlerContext) {
    let response = WebError.busy(seconds: Int.random(in: 1...4)).response()
    var buffer = context.channel.allocator.buffer(capacity: 512)
    response.write(into: &buffer, options: WebResponse.WriteOptions(closes: true))
    context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    context.close(mode: .output, promise: nil)
    let channel = context.channel
    context.eventLoop.scheduleTask(in: Self.lingerTime) { channel.close(promise: nil) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed = event { context.close(promise: nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
