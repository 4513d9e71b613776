/// What the store remembers of a viewer's events: how far they are queued, how far done, and the last 16 replies.
package struct StoredMarks: Sendable {
  package var queued: UInt64 = 0
  package private(set) var done: UInt64 = 0
  private var replies: [UInt64: EventReply] = [:]
  /// What was queued under the last sequences, see ``EventRecord/digest``.
  private var digests: [UInt64: String] = [:]

  package init() {}

  /// Why an event is not put into the queue; `nil` when it is the next one. See `Scripts.enqueue`.
  package func judge(_ event: EventRecord, queueIsEmpty: Bool) -> EnqueueAnswer? {
    if let digest = digests[event.sequence], event.sequence <= max(queued, done), digest != event.digest { return .taken }
    let known = max(queueIsEmpty ? done : queued, done, max(event.lowest, 1) - 1)
    if event.sequence <= done { return .done(replies[event.sequence]) }
    if event.sequence <= known { return .pending }
    return event.sequence == known + 1 ? nil : .gap(expected: known + 1)
  }

  /// As the owner remembers them; what is further on stays.
  mutating func remember(_ mark: RememberedMark) {
    for (sequence, reply) in mark.replies where replies[sequence] == nil { finish(sequence, reply) }
    done = max(done, mark.done)
    queued = max(queued, mark.done)
  }

  package mutating func queue(_ event: EventRecord) {
    queued = event.sequence
    digests[event.sequence] = event.digest
  }

  package func standing(of sequence: UInt64) -> EventStanding {
    if sequence <= done { return .done(replies[sequence]) }
    return sequence <= queued ? .pending : .unknown
  }

  package mutating func finish(_ sequence: UInt64, _ reply: EventReply) {
    let before = done
    done = max(done, sequence)
    queued = max(queued, sequence)
    if sequence + StoreLimits.replies > before { replies[sequence] = reply }
    replies = replies.filter { $0.key + StoreLimits.replies > done }
    digests = digests.filter { $0.key + StoreLimits.replies > done }
  }
}

/// A shard's events in order: those waiting, and those begun and not finished.
package struct StoredQueue: Sendable {
  private struct Entry: Sendable {
    let number: UInt64
    let record: EventRecord
    /// How many owners began it, and the last of them; `nil`: that one gave it back.
    var tries = 0
    var owner: String?
  }

  private var entries: [Entry] = []
  private var lastNumber: UInt64 = 0
  /// At most ``StoreLimits/deadLetters``; the oldest go first.
  package private(set) var deadLetters: [EventRecord] = []

  package init() {}

  package var isEmpty: Bool { entries.isEmpty }
  package var count: Int { entries.count }

  func contains(_ name: String) -> Bool {
    guard let number = UInt64(name.dropFirst(2)) else { return false }
    return entries.contains { $0.number == number }
  }

  package mutating func add(_ record: EventRecord) {
    lastNumber += 1
    entries.append(Entry(number: lastNumber, record: record))
  }

  /// Gives no entry the name of another's: Redis takes names from the time of day, whatever it has lost.
  package mutating func numberOn(from other: StoredQueue) { lastNumber = max(lastNumber, other.lastNumber) }

  /// Notes that an owner begins these events. Answers, for each of the first of them, which it may begin now, how many other
  /// owners did so before; see `Scripts.begin`.
  package mutating func begin(_ names: [String], by owner: String) -> [Int] {
    var answers: [Int] = []
    for name in names {
      let index = UInt64(name.dropFirst(2)).flatMap { number in entries.firstIndex { $0.number == number } }
      let others = index.map { entries[$0].tries - (entries[$0].owner == owner ? 1 : 0) } ?? 0
      let isAlone = others >= EventReader.triesBeforeAlone
      if isAlone, !answers.isEmpty { break }
      answers.append(others)
      if let index, others < EventReader.mostTries { (entries[index].tries, entries[index].owner) = (others + 1, owner) }
      if isAlone { break }
    }
    return answers
  }

  /// Its owner ends well, so it died of none of them.
  mutating func giveBack(from owner: String) {
    for index in entries.indices where entries[index].owner == owner {
      (entries[index].tries, entries[index].owner) = (entries[index].tries - 1, nil)
    }
  }

  /// The events behind an entry, as they stand.
  package func after(_ name: String?, limit: Int) -> [QueuedEvent] {
    let last = name.flatMap { UInt64($0.dropFirst(2)) } ?? 0
    return entries.lazy.filter { $0.number > last }.prefix(limit).map {
      QueuedEvent(entry: "0-\($0.number)", record: $0.record)
    }
  }

  package mutating func remove(_ names: [String]) {
    guard !names.isEmpty, !entries.isEmpty else { return }
    let numbers = Set(names.compactMap { UInt64($0.dropFirst(2)) })
    entries.removeAll { numbers.contains($0.number) }
  }

  package mutating func bury(_ name: String) {
    guard let number = UInt64(name.dropFirst(2)), let entry = entries.first(where: { $0.number == number }) else {
      return
    }
    deadLetters.append(entry.record)
    deadLetters.removeFirst(max(0, deadLetters.count - StoreLimits.deadLetters))
    remove([name])
  }
}
