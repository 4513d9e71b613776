/// How an owner reads its shard's events: after every change of hands everything unfinished from the oldest on, only then
/// what is new, each entry once (R1).
///
/// Reading takes nothing away from anybody (docs/decisions/0007), so after an error it simply begins with the oldest
/// again; what was read before is told apart by its entry.
package struct EventReader: Sendable {
  /// What to ask the store.
  package enum Question: Hashable, Sendable {
    /// Everything unfinished, taken over from whoever had it.
    case unfinished
    /// What is behind this entry; `nil`: from the oldest on.
    case new(after: String?)
  }

  /// The fence under which everything unfinished was taken over.
  private var fence: UInt64?
  private var last: String?
  private var seen = RecentEntries()

  /// An event that more owners took over and none finished is poison.
  package static let mostDeliveries = 2

  package init() {}

  package func question(under hold: LeaseHold) -> Question { fence == hold.fence ? .new(after: last) : .unfinished }

  /// Everything unfinished was read under this hold. A lease regained keeps what is known, for its owner's memory stays.
  package mutating func tookOver(under hold: LeaseHold) {
    fence = hold.fence
    last = nil
  }

  /// False when the entry was read before and is not to be handled again.
  package mutating func takes(_ event: QueuedEvent) -> Bool {
    guard seen.insert(event.entry) else {
      last = event.entry
      return false
    }
    return true
  }

  /// The event is in good hands: what is asked for next lies behind it.
  package mutating func took(_ event: QueuedEvent) { last = event.entry }

  /// Nobody has taken the event after all: it must be read again.
  package mutating func missed(_ event: QueuedEvent) { seen.remove(event.entry) }

  /// No answer: what lies behind the last entry may not be all there is.
  package mutating func failed() { last = nil }

  /// Taken over again and again and finished by nobody; `isUnderWay` says that only its commit is still to come.
  package static func isPoison(_ event: QueuedEvent, isUnderWay: Bool) -> Bool {
    event.deliveries > mostDeliveries && !isUnderWay
  }
}

/// The entries read last: more than the stream holds, so that one handled and still there is always known.
private struct RecentEntries: Sendable {
  private var known: Set<String> = []
  private var order: [String] = []
  private var next = 0
  private static let most = 20_000

  /// False when the entry was read before.
  mutating func insert(_ entry: String) -> Bool {
    guard known.insert(entry).inserted else { return false }
    if order.count < Self.most {
      order.append(entry)
    } else {
      known.remove(order[next])
      order[next] = entry
      next = (next + 1) % Self.most
    }
    return true
  }

  mutating func remove(_ entry: String) { known.remove(entry) }
}
