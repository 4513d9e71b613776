/// The viewer's events in Swift, for simulation and tests; `client/event_queue.js` is its twin, and both pass
/// `Tests/Wire/events/*.json`. In the order the viewer did them, each kept until it is answered for good (R17).
package struct ViewerEvents: Sendable {
  /// An event as it goes to a front, with the lowest sequence its viewer still waits for.
  package struct Outgoing: Hashable, Sendable {
    package var sequence: UInt64
    package var lowest: UInt64
    package var name: String
  }

  /// What a front says became of an event; the last three are not final.
  package enum Answer: Hashable, Sendable {
    case applied, failed, queued
    case retry(after: Duration)
    case gap(expected: UInt64)
  }

  /// How a transport sends: a socket up to the 15th behind the oldest that waits, Ajax one by one, each answered by its
  /// own request.
  package struct Transport: Hashable, Sendable {
    package var window: Int
    package var answersEach: Bool
    package static let socket = Transport(window: 16, answersEach: false)
    package static let ajax = Transport(window: 1, answersEach: true)
  }

  fileprivate struct Entry: Sendable {
    var sequence: UInt64
    var name: String
    var sentAt: Duration?
    var isQueued = false
  }

  private var sequence: UInt64 = 0
  private var pending: [Entry] = []
  private var pausedUntil: Duration?

  private static let most = 100
  fileprivate static let patience = Duration.seconds(1)
  fileprivate static let patienceWhenQueued = Duration.seconds(10)
  private static let pauseAtGap = Duration.milliseconds(500)

  package init() {}

  /// Sequences that wait for an answer.
  package var waiting: [UInt64] { pending.map(\.sequence) }

  /// Its sequence, or `nil` when too many wait.
  package mutating func add(_ name: String) -> UInt64? {
    guard pending.count < Self.most else { return nil }
    sequence += 1
    pending.append(Entry(sequence: sequence, name: name))
    return sequence
  }

  /// The events to send now, marked as sent: from the first that is due on, in order.
  package mutating func take(now: Duration, over transport: Transport) -> [Outgoing] {
    guard pausedUntil.map({ now >= $0 }) ?? true, let lowest = pending.first?.sequence else { return [] }
    // The store keeps as many replies as a window holds, so none may be asked for from farther back.
    let window = pending.indices.prefix { pending[$0].sequence < lowest + UInt64(transport.window) }
    guard let first = window.first(where: { pending[$0].isDue(now, transport) }) else { return [] }
    let due = window[first...].filter { !pending[$0].isQueued || pending[$0].isDue(now, transport) }
    for index in due { (pending[index].sentAt, pending[index].isQueued) = (now, false) }
    return due.map { Outgoing(sequence: pending[$0].sequence, lowest: lowest, name: pending[$0].name) }
  }

  /// Takes an answer in; true when the event is done with.
  package mutating func answered(_ sequence: UInt64, _ answer: Answer, now: Duration) -> Bool {
    guard let index = pending.firstIndex(where: { $0.sequence == sequence }) else { return false }
    switch answer {
    case .applied, .failed:
      pending.remove(at: index)
      return true
    case .queued: (pending[index].isQueued, pending[index].sentAt) = (true, now)
    case .retry(let time): again(from: sequence, at: now + time)
    case .gap(let expected):
      let isHere = pending.contains { $0.sequence == expected }
      again(from: expected, at: isHere ? now : now + Self.pauseAtGap)
    }
    return false
  }

  /// Everything goes out again: another connection knows nothing of what was on its way.
  package mutating func reconnected() {
    pausedUntil = nil
    again(from: 0, at: nil)
  }

  private mutating func again(from sequence: UInt64, at time: Duration?) {
    if let time { pausedUntil = max(pausedUntil ?? time, time) }
    for index in pending.indices where pending[index].sequence >= sequence {
      (pending[index].sentAt, pending[index].isQueued) = (nil, false)
    }
  }
}

extension ViewerEvents.Entry {
  fileprivate func isDue(_ now: Duration, _ transport: ViewerEvents.Transport) -> Bool {
    guard let sentAt else { return true }
    if transport.answersEach { return isQueued && now - sentAt >= ViewerEvents.patience }
    return now - sentAt >= (isQueued ? ViewerEvents.patienceWhenQueued : ViewerEvents.patience)
  }
}
