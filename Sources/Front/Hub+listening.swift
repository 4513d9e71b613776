import Backplane
package import DashboardModel
import NIOCore
package import PageSync

/// What comes from the backplane, on its event loop and in order.
extension Hub: BackplaneListener {
  package func subscribed(_ page: PageKey) { drive(page) { $0.subscribed() } }

  package func received(_ message: PageMessage, for page: PageKey) { drive(page) { $0.received(message) } }

  package func receivedGarbage(for page: PageKey) {
    logger.warning("a message on a page's channel was no message; reading the page", metadata: ["page": "\(page)"])
    drive(page) { $0.checked(nil) }
  }

  package func received(_ heartbeat: Heartbeat) {
    let now = NIODeadline.now()
    state.withLock { $0.freshness.heard(heartbeat.shard, at: now) }
    pulse.heard(heartbeat.shard, at: now)
    for (key, version) in heartbeat.versions { drive(key) { $0.view == nil ? [] : $0.heard(of: version) } }
  }

  package func receivedReadOnly(shard: Int) {
    state.withLock { $0.freshness.heardReadOnly(shard, at: .now()) }
  }

  package func received(_ reply: EventReply, viewer: ViewerID, sequence: UInt64) {
    replies.received(reply, viewer: viewer, sequence: sequence)
  }

  package func found(shards: Int) {
    state.withLock { $0.shards = shards }
    pulse.found(shards: shards)
  }

  package func disconnected(reason: String) {
    let keys = state.withLock { state in
      state.freshness.disconnected(at: .now())
      return Array(state.pages.keys)
    }
    for key in keys {
      drive(key) {
        $0.disconnected()
        return []
      }
    }
  }

  package func connected() {
    logger.info("connected to the data store")
    state.withLock { state in
      state.freshness.connected()
      state.freshness.answered(at: .now())
    }
    fetchKey()
  }
}
