package import DashboardModel

/// How far a viewer's events are, as the store has it.
package struct StoredMark: Hashable, Sendable {
  package var shard: Int
  package var viewer: ViewerID
  package var queued: UInt64
  package var done: UInt64
  package init(shard: Int, viewer: ViewerID, queued: UInt64, done: UInt64) {
    self.shard = shard
    self.viewer = viewer
    self.queued = queued
    self.done = done
  }
}

/// How far a viewer's events are done, as their owner remembers it.
package struct RememberedMark: Hashable, Sendable {
  package var viewer: ViewerID
  package var done: UInt64
  /// The replies that say more than "applied", by sequence.
  package var replies: [UInt64: EventReply]
  package init(viewer: ViewerID, done: UInt64, replies: [UInt64: EventReply] = [:]) {
    self.viewer = viewer
    self.done = done
    self.replies = replies
  }
}
