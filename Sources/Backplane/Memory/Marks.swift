import PageSync

/// What the store remembers of a viewer's events: how far they are queued, how far done, and the last 16 replies.
struct Marks {
  var queued: UInt64 = 0
  private(set) var done: UInt64 = 0
  private var replies: [UInt64: EventReply] = [:]

  /// Why an event is not put into the queue; `nil` when it is the next one. See `Scripts.enqueue`.
  func judge(_ event: EventRecord, queueIsEmpty: Bool) -> EnqueueAnswer? {
    let known = max(queueIsEmpty ? done : queued, done, max(event.lowest, 1) - 1)
    if event.sequence <= done { return .done(replies[event.sequence]) }
    if event.sequence <= known { return .pending }
    return event.sequence == known + 1 ? nil : .gap(expected: known + 1)
  }

  mutating func finish(_ sequence: UInt64, _ reply: EventReply) {
    let before = done
    done = max(done, sequence)
    queued = max(queued, sequence)
    if sequence + Scripts.keptReplies > before { replies[sequence] = reply }
    replies = replies.filter { $0.key + Scripts.keptReplies > done }
  }
}

/// A shard's events in order: those waiting, and those handed out and not finished.
struct EventQueue {
  private struct Entry {
    let number: UInt64
    let record: EventRecord
    var deliveries = 0
  }

  private var entries: [Entry] = []
  private var lastNumber: UInt64 = 0
  /// At most ``Scripts/mostDeadLetters``; the oldest go first.
  private(set) var deadLetters: [EventRecord] = []

  var isEmpty: Bool { entries.isEmpty }
  var count: Int { entries.count }
  var hasNew: Bool { entries.last.map { $0.deliveries == 0 } ?? false }

  mutating func add(_ record: EventRecord) {
    lastNumber += 1
    entries.append(Entry(number: lastNumber, record: record))
  }

  /// Hands out events, raising their deliveries: the new ones, or those handed out before.
  mutating func take(new: Bool, limit: Int) -> [QueuedEvent] {
    var taken: [QueuedEvent] = []
    for index in entries.indices where (entries[index].deliveries == 0) == new {
      guard taken.count < limit else { break }
      entries[index].deliveries += 1
      let entry = entries[index]
      taken.append(QueuedEvent(entry: "0-\(entry.number)", record: entry.record, deliveries: entry.deliveries))
    }
    return taken
  }

  mutating func remove(_ names: [String]) {
    guard !names.isEmpty, !entries.isEmpty else { return }
    let numbers = Set(names.compactMap { UInt64($0.dropFirst(2)) })
    entries.removeAll { numbers.contains($0.number) }
  }

  mutating func bury(_ name: String) {
    guard let number = UInt64(name.dropFirst(2)), let entry = entries.first(where: { $0.number == number }) else {
      return
    }
    deadLetters.append(entry.record)
    deadLetters.removeFirst(max(0, deadLetters.count - Scripts.mostDeadLetters))
    remove([name])
  }
}
