/// How an owner reads its shard's events: after every change of hands everything unfinished from the oldest on, only then
/// what is new, each entry once (R1).
///
/// Reading takes nothing away from anybody (docs/decisions/0007), so after an error it simply begins with the oldest
/// again; what was read before is told apart by its entry.
package struct EventReader: Sendable {
  /// What to do with an entry.
  package enum Reading: Hashable, Sendable {
    case handle
    /// It was handled before the store went back: only its end is missing.
    case endAgain
    case skip
  }

  /// The fence under which it reads, and the epochs its owner had begun by then.
  private var fence: UInt64?
  private var epochs = 0
  private var last: String?
  /// Read under this fence, and under earlier ones of the same ownership.
  private var seen = RecentEntries()
  private var seenBefore = RecentEntries()

  /// An event that so many owners began and none finished is poison.
  package static let mostTries = 3
  /// What so many owners began before is begun alone, so that no other can be blamed for it.
  package static let triesBeforeAlone = 2

  package init() {}

  /// The entry behind which to read; `nil`: from the oldest on. `epochs` counts those the owner has begun under whatever
  /// hold: each may mean that the store went back, and then entries that were finished long ago are there again and must be
  /// finished again. A lease regained keeps what is known, for its owner's memory stays.
  package mutating func position(under hold: LeaseHold, epochs: Int) -> String? {
    if (fence, self.epochs) != (hold.fence, epochs) {
      (fence, self.epochs) = (hold.fence, epochs)
      beginAgain()
    }
    return last
  }

  private mutating func beginAgain() {
    last = nil
    seenBefore.formUnion(seen)
    seen = RecentEntries()
  }

  /// What to do with an entry, each time it is read; `isUnderWay` says that it waits for the commit of its page.
  ///
  /// A viewer's event is handled whenever it comes back, for whoever handles it knows by its sequence what is done; a
  /// push has none, and the value it brought may be older than what is there now.
  package mutating func read(_ event: QueuedEvent, isUnderWay: Bool) -> Reading {
    guard seen.insert(event.entry) else {
      last = event.entry
      return .skip
    }
    let isKnown = seenBefore.contains(event.entry) && event.record.kind != .event && !isUnderWay
    return isKnown ? .endAgain : .handle
  }

  /// The event is in good hands: what is asked for next lies behind it.
  package mutating func took(_ event: QueuedEvent) { last = event.entry }

  /// Nobody has taken the event after all: it must be read again.
  package mutating func missed(_ event: QueuedEvent) { seen.remove(event.entry) }

  /// No answer: what lies behind the last entry may not be all there is.
  package mutating func failed() { last = nil }

  /// Begun by too many other owners and finished by none.
  package static func isPoison(tries: Int) -> Bool { tries >= mostTries }
}

/// The entries read last: more than the stream holds, so that one handled and still there is always known.
private struct RecentEntries: Sendable {
  /// Each with its place in the order.
  private var known: [String: Int] = [:]
  private var order: [String] = []
  private var next = 0
  private static let most = 20_000

  /// False when the entry was read before.
  mutating func insert(_ entry: String) -> Bool {
    guard known[entry] == nil else { return false }
    if order.count < Self.most {
      order.append(entry)
    } else {
      if known[order[next]] == next { known[order[next]] = nil }
      order[next] = entry
    }
    known[entry] = next
    next = (next + 1) % Self.most
    return true
  }

  mutating func remove(_ entry: String) { known[entry] = nil }

  func contains(_ entry: String) -> Bool { known[entry] != nil }

  mutating func formUnion(_ other: RecentEntries) {
    for entry in other.order where other.contains(entry) { _ = insert(entry) }
  }
}
