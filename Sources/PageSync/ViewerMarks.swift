package import DashboardModel

/// How far each viewer's events are done: a store that lost its own marks takes an event again that was done long ago,
/// and its effect must not be had twice (R9, I3).
///
/// What is done is known wherever the effect is: each event's commit also keeps its mark beside the page, as private
/// state, and whoever restores the page restores the marks. So an owner who has the effect of an event from its
/// predecessor knows that the event is done, also when the store has gone back to where it was not.
///
/// Bounded: a viewer without an event for 24 h is forgotten, and so are the longest silent beyond the bound.
package struct ViewerMarks: Sendable {
  private struct Mark: Sendable {
    var sequence: UInt64
    /// How the last ones ended, by sequence, where that is more than "applied".
    var endings: [UInt64: EventEnding] = [:]
    var at: Duration
  }

  /// What became of an event.
  package enum Judgement: Hashable, Sendable {
    case new
    case done(EventEnding)
  }

  private var marks: [ViewerID: Mark] = [:]
  private static let most = 50_000
  private static let kept = Duration.seconds(24 * 3600)
  private static let keptEndings: UInt64 = 16

  package init() {}

  package func judge(_ viewer: ViewerID, _ sequence: UInt64) -> Judgement {
    guard let mark = marks[viewer], sequence <= mark.sequence else { return .new }
    return .done(mark.endings[sequence] ?? EventEnding())
  }

  package mutating func note(_ event: EventRecord, _ ending: EventEnding, now: Duration) {
    let (viewer, sequence) = (event.viewer, event.sequence)
    var mark = marks[viewer] ?? Mark(sequence: 0, at: now)
    mark.sequence = max(mark.sequence, sequence)
    mark.at = now
    mark.endings[sequence] = ending == EventEnding() ? nil : ending
    if !mark.endings.isEmpty {
      mark.endings = mark.endings.filter { $0.key + Self.keptEndings > mark.sequence }
    }
    marks[viewer] = mark
    if marks.count > Self.most { forgetOldest() }
  }

  /// What the store has of a viewer whose events another owner did.
  package mutating func learn(_ viewer: ViewerID, _ sequence: UInt64, now: Duration) {
    restore(viewer, sequence, [:], now: now)
  }

  package mutating func forget(_ viewer: ViewerID) { marks[viewer] = nil }

  /// Everything known but `unfinished` events, whose marks their own commits carry; to be written into a store that lost
  /// it. At which version an event was applied is not kept; the store then answers with the newest.
  package func remembered(without unfinished: [QueuedEvent] = []) -> [RememberedMark] {
    let events = unfinished.map(\.record).filter { $0.kind == .event && $0.sequence > 0 }
    let first = Dictionary(events.map { ($0.viewer, $0.sequence) }, uniquingKeysWith: min)
    return marks.compactMap { viewer, mark in
      let done = min(mark.sequence, first[viewer].map { $0 - 1 } ?? mark.sequence)
      guard done > 0 else { return nil }
      let replies = mark.endings.filter { $0.key <= done }.compactMapValues { ending in
        ending.failure.map { EventReply(.failed($0), note: ending.note) }
      }
      return RememberedMark(viewer: viewer, done: done, replies: replies)
    }
  }

  /// What is known of one viewer.
  subscript(viewer: ViewerID) -> (sequence: UInt64, failures: [UInt64: String], at: Duration)? {
    marks[viewer].map { ($0.sequence, $0.endings.compactMapValues(\.failure), $0.at) }
  }

  /// Takes over an earlier owner's mark.
  mutating func restore(_ viewer: ViewerID, _ sequence: UInt64, _ failures: [UInt64: String], now: Duration) {
    guard sequence > marks[viewer]?.sequence ?? 0 else { return }
    marks[viewer] = Mark(sequence: sequence, endings: failures.mapValues { EventEnding(failure: $0) }, at: now)
  }

  package mutating func forgetSilent(now: Duration) {
    marks = marks.filter { now - $0.value.at < Self.kept }
  }

  private mutating func forgetOldest() {
    let oldest = marks.sorted { $0.value.at < $1.value.at }.prefix(Self.most / 10)
    for (viewer, _) in oldest { marks[viewer] = nil }
  }
}
