package import PageSync

extension RedisProducerBackplane {
  package func finish(_ shard: Int, event: QueuedEvent, reply: EventReply?, hold: LeaseHold) async throws {
    let record = event.record
    let message = reply.map { ReplyText(viewer: record.viewer, sequence: record.sequence, reply: $0).text }
    _ = try await run(
      Scripts.finish, keys: [keys.lease(shard), keys.events(shard), keys.marks(shard, record.viewer)],
      arguments: [
        hold.owner, "\(hold.fence)", event.entry, "\(record.kind == .event ? record.sequence : 0)", reply?.text ?? "",
        keys.replies(record.front), message ?? "",
      ])
  }
}
