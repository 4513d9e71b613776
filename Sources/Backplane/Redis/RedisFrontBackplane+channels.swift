package import DashboardModel
import PageSync
import NIOCore
import Redis
import Synchronization

extension RedisFrontBackplane {
  package func listen(_ listener: any BackplaneListener) {
    client.eventLoop.execute {
      let (isConnected, shards) = self.state.withLock {
        $0.listener = listener
        return ($0.isConnected, $0.shards)
      }
      if isConnected { listener.connected() }
      if let shards { listener.found(shards: shards) }
    }
  }

  package func subscribe(_ page: PageKey) { state.withLock { $0.subscribe(page) } }
  package func unsubscribe(_ page: PageKey) { state.withLock { $0.unsubscribe(page) } }

  /// Called in order on the event loop.
  func heard(_ event: RedisSubscriber.Event) {
    switch event {
    case .connected:
      outages.ended()
      listener { $0.isConnected = true }?.connected()
      watchShards()
    case .disconnected(let reason):
      outages.began(reason)
      let wasConnected = state.withLock(\.isConnected)
      let listener = listener { $0.isConnected = false }
      if wasConnected { listener?.disconnected(reason: reason) }
    case .subscribed(let name):
      if case .page(let page) = channel(name) { listener()?.subscribed(page) }
    case .message(let name, let bytes):
      guard let channel = channel(name), let listener = listener() else { return }
      deliver(bytes, from: channel, to: listener)
    }
  }

  // What does not fit is dropped; for a page that is told, for it may have been an update.
  private func deliver(_ bytes: [UInt8], from channel: FrontChannels.Channel, to listener: any BackplaneListener) {
    switch channel {
    case .page(let page):
      if let message = PageMessage(bytes: bytes) {
        listener.received(message, for: page)
      } else {
        listener.receivedGarbage(for: page)
      }
    case .heartbeat(let shard):
      if bytes == Array(Heartbeat.readOnlyText.utf8) { return listener.receivedReadOnly(shard: shard) }
      if let heartbeat = Heartbeat(shard: shard, bytes: bytes) { listener.received(heartbeat) }
    case .replies:
      guard let reply = ReplyText(bytes: bytes) else { return }
      listener.received(reply.reply, viewer: reply.viewer, sequence: reply.sequence)
    }
  }

  private func channel(_ name: String) -> FrontChannels.Channel? { state.withLock { $0.channels[name] } }

  private func listener(_ change: (inout FrontChannels) -> Void = { _ in }) -> (any BackplaneListener)? {
    state.withLock {
      change(&$0)
      return $0.listener
    }
  }

  // At each connection, and then every second while no producer has set the store up.
  private func watchShards() {
    loadShards().whenComplete { [weak self] _ in
      guard let self, state.withLock({ $0.shards == nil && $0.isConnected }) else { return }
      client.eventLoop.scheduleTask(in: .seconds(1)) { [weak self] in self?.watchShards() }
    }
  }
}
