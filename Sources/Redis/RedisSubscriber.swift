package import NIOCore
import NIOPosix

/// A connection of its own for published messages, kept alive; what was subscribed is subscribed again after a loss.
///
/// Messages are handed over as they are read and never queued here: who is slow slows the reading, and the server
/// cuts a connection it cannot write to. A message above 32 MiB ends the connection.
package final class RedisSubscriber: Sendable {
  /// What a subscriber hears, always on its event loop and in the server's order.
  package enum Event: Sendable {
    case connected
    /// From now on every message published on the channel arrives.
    case subscribed(channel: String)
    case message(channel: String, bytes: [UInt8])
    /// Nothing is subscribed until ``subscribed(channel:)`` says so.
    case disconnected(reason: String)
  }

  package let eventLoop: any EventLoop
  private let core: NIOLoopBoundBox<Core>

  /// Starts connecting.
  package init(
    _ configuration: RedisConfiguration, eventLoop: (any EventLoop)? = nil,
    onEvent: @escaping @Sendable (Event) -> Void
  ) throws {
    let eventLoop = eventLoop ?? MultiThreadedEventLoopGroup.singleton.any()
    var settings = configuration
    settings.timing.limits = RESPLimits(string: 32 << 20, reply: 32 << 20)
    let link = RedisLink(configuration: settings, eventLoop: eventLoop, tls: try configuration.address.makeTLS())
    self.eventLoop = eventLoop
    self.core = NIOLoopBoundBox.makeBoxSendingValue(Core(link: link, onEvent: onEvent), eventLoop: eventLoop)
    eventLoop.execute { self.core.value.link.connect() }
  }

  /// Wants a channel; asking again for one that flows confirms it again.
  package func subscribe(_ channels: [String]) {
    eventLoop.execute { self.core.value.subscribe(channels) }
  }

  package func unsubscribe(_ channels: [String]) {
    eventLoop.execute { self.core.value.unsubscribe(channels) }
  }

  /// Closes for good.
  package func stop() {
    eventLoop.execute { self.core.value.link.stop() }
  }

  /// The state on the event loop.
  private final class Core {
    let link: RedisLink
    private let onEvent: @Sendable (Event) -> Void
    private var subscriptions = Subscriptions()

    init(link: RedisLink, onEvent: @escaping @Sendable (Event) -> Void) {
      self.link = link
      self.onEvent = onEvent
      link.onReady = { [unowned self] in ready($0) }
      link.onLost = { [unowned self] reason in
        _ = subscriptions.restart()
        self.onEvent(.disconnected(reason: reason))
      }
    }

    func subscribe(_ channels: [String]) {
      for channel in channels where subscriptions.flows(channel) { onEvent(.subscribed(channel: channel)) }
      let new = channels.filter { !subscriptions.isWanted($0) }
      change(new, wanted: true, word: "SUBSCRIBE")
    }

    func unsubscribe(_ channels: [String]) {
      change(channels.filter { subscriptions.isWanted($0) }, wanted: false, word: "UNSUBSCRIBE")
    }

    private func change(_ channels: [String], wanted: Bool, word: String) {
      let handler = link.readyHandler
      for channel in channels { subscriptions.set(channel, wanted: wanted, isSent: handler != nil) }
      handler?.sendForPushes(Self.commands(word, channels))
    }

    private func ready(_ handler: RedisChannelHandler) {
      handler.onPush = { [unowned self] in push($0) }
      handler.sendForPushes(Self.commands("SUBSCRIBE", subscriptions.restart()))
      onEvent(.connected)
    }

    // At most 1000 channels per command keeps each command small.
    private static func commands(_ word: String, _ channels: [String]) -> [RedisCommand] {
      stride(from: 0, to: channels.count, by: 1000).map { start in
        RedisCommand(texts: [word] + channels[start..<min(start + 1000, channels.count)])
      }
    }

    private func push(_ reply: RedisValue) -> Bool {
      if reply == .status("PONG") { return true }
      if let error = reply.failure {
        link.readyHandler?.close("SUBSCRIBE refused: \(error.message)")
        return true
      }
      guard let parts = reply.elements, let word = parts.first?.text else { return false }
      if word == "pong", parts.count == 2 { return true }
      guard parts.count == 3, let channel = parts[1].text else { return false }
      switch (word, parts[2]) {
      case ("message", .bytes(let bytes)):
        if subscriptions.isWanted(channel) { onEvent(.message(channel: channel, bytes: bytes)) }
      case ("subscribe", .integer), ("unsubscribe", .integer):
        if subscriptions.answered(channel) { onEvent(.subscribed(channel: channel)) }
      default: return false
      }
      return true
    }
  }
}
