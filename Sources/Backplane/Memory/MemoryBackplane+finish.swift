package import PageSync

extension MemoryBackplane {
  package func finish(_ shard: Int, event: QueuedEvent, reply: EventReply?, hold: LeaseHold) async throws {
    change { $0[shard].finish(event, reply: reply, hold: hold) }
  }
}
