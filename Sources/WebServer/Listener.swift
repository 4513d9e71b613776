import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Binds the port and sets up each connection.
struct Listener {
  let server: ServerContext
  let eventLoopGroup: any EventLoopGroup

  private static let backlog: Int32 = 1024
  private static let loopback = ["127.0.0.0/8", "::1"].compactMap(AddressRange.init)

  func bind() async throws -> any Channel {
    let server = server
    return try await ServerBootstrap(group: eventLoopGroup)
      .serverChannelOption(.backlog, value: Self.backlog)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelOption(
        .socketOption(NIOBSDSocket.Option(rawValue: SO_REUSEPORT)), value: server.configuration.reusePort ? 1 : 0
      )
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(AcceptTrouble(logger: server.logger))
        }
      }
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.recvAllocator, value: ReceiveSizes())
      .childChannelOption(.maxMessagesPerRead, value: ReceiveSizes.readsAtOnce)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try Self.setUp(channel, server) }
      }
      .bind(host: server.configuration.host, port: server.configuration.port)
      .get()
  }

  private static func setUp(_ channel: any Channel, _ server: ServerContext) throws {
    let peer = channel.remoteAddress?.ipAddress ?? "unknown"
    let isUnlimited = loopback.contains { $0.contains(peer) } || server.addresses.isTrusted(peer)
    let address = isUnlimited ? nil : peer
    let pipeline = channel.pipeline.syncOperations
    guard server.ledger.admit(channel, address: address) else {
      return try pipeline.addHandler(RefusedConnection())
    }
    // Not the whole server: this lives as long as the connection.
    let ledger = server.ledger
    channel.closeFuture.whenComplete { _ in ledger.remove(channel, address: address) }
    let connection = HTTPConnection(
      server: server, peer: peer, repeated: server.repeated[ObjectIdentifier(channel.eventLoop)]?.value)
    if ledger.isStopping { connection.isLeaving = true }
    try pipeline.addHandler(HeaderClock(connection: connection), name: HTTPConnection.clockName)
    try pipeline.addHandler(ByteToMessageHandler(decoder(server.limits)), name: HTTPConnection.decoderName)
    try pipeline.addHandler(connection)
  }

  private static func decoder(_ limits: WebLimits) -> HTTPRequestDecoder {
    var configuration = NIOHTTPDecoderLimitConfiguration()
    configuration.maxHeaderFieldSize = limits.headerFieldBytes
    configuration.maxHeaderListSize = limits.headerBlockBytes
    configuration.maxHeaderFieldCount = limits.headerFields
    return HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: configuration)
  }
}

/// Stops accepting for a second when it fails (out of file descriptors), and tells so once a minute.
///
/// NIO's own back-off only delays the next read; a read that failed stays pending, and the event loop would spin on it.
private final class AcceptTrouble: ChannelInboundHandler {
  typealias InboundIn = any Channel

  private let logger: Logger
  private let throttle = LogThrottle(interval: .seconds(60))
  private static let pauseTime = TimeAmount.seconds(1)
  private var isPaused = false

  init(logger: Logger) { self.logger = logger }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if let heldBack = throttle.admit() {
      logger.warning("accepting connections paused", metadata: ["error": "\(error)", "more": "\(heldBack)"])
    }
    pause(context)
    context.fireErrorCaught(error)
  }

  private func pause(_ context: ChannelHandlerContext) {
    guard !isPaused, let options = context.channel.syncOptions else { return }
    isPaused = true
    try? options.setOption(.autoRead, value: false)
    context.eventLoop.assumeIsolated().scheduleTask(in: Self.pauseTime) {
      self.isPaused = false
      try? options.setOption(.autoRead, value: true)
    }
  }
}
