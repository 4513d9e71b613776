package import PageSync

extension MemoryBackplane {
  package func finish(_ shard: Int, event: QueuedEvent, reply: EventReply?, hold: LeaseHold) async throws {
    change { $0.finish(shard, event: event, reply: reply, hold: hold) }
  }
}

extension MemoryStore {
  fileprivate mutating func finish(_ number: Int, event: QueuedEvent, reply: EventReply?, hold: LeaseHold) {
    guard case .held = check(number, hold) else { return }
    let record = event.record
    guard shards[number]?.queue.contains(event.entry) == true else { return }
    shards[number]?.queue.remove([event.entry])
    guard let reply else { return }
    if record.kind == .event, record.sequence > 0 {
      shards[number]?.marks[record.viewer, default: Marks()].finish(record.sequence, reply)
    }
    publish(.reply(reply, viewer: record.viewer, sequence: record.sequence, front: record.front))
  }
}
