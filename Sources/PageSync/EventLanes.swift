package import DashboardModel

/// Events that wait for an earlier one of the same viewer: one is under way at a time, in order (I6). Pure.
///
/// Bounded: a viewer has ``mostWaiting``; what comes beyond is left in the store's stream, and so is everything after it
/// until it comes again. In all there are never more than the streams hold.
package struct EventLanes: Sendable {
  private struct Lane: Sendable {
    var current: QueuedEvent?
    var waiting: [QueuedEvent] = []
    /// The sequences left in the stream, and on which pages; each is kept until it comes again, or what follows would
    /// overtake it.
    var left: [UInt64: PageKey] = [:]

    mutating func advance() -> QueuedEvent? {
      current = waiting.isEmpty ? nil : waiting.removeFirst()
      return current
    }

    var isOver: Bool { current == nil && left.isEmpty }
  }

  package enum Arrival: Hashable, Sendable {
    /// Nothing of this viewer is under way: it is the current one now.
    case first
    /// It is taken when its turn comes.
    case waits
    /// Full: it must be brought again.
    case left
  }

  /// Twice what a browser sends without an answer.
  package static let mostWaiting = 32

  private var lanes: [ViewerID: Lane] = [:]

  package init() {}

  package mutating func arrived(_ event: QueuedEvent) -> Arrival {
    let (viewer, sequence) = (event.record.viewer, event.record.sequence)
    var lane = lanes[viewer] ?? Lane()
    defer { lanes[viewer] = lane }
    // A raised `lowest`: what was left below it is done, or given up by its sender.
    lane.left = lane.left.filter { $0.key >= event.record.lowest && $0.key != sequence }
    guard lane.left.keys.allSatisfy({ $0 > sequence }), lane.waiting.count < Self.mostWaiting else {
      lane.left[sequence] = event.record.page
      return .left
    }
    lane.waiting.append(event)
    guard lane.current == nil else { return .waits }
    _ = lane.advance()
    return .first
  }

  /// The viewer's current event is over: the next one, current now.
  package mutating func next(after event: QueuedEvent) -> QueuedEvent? {
    let viewer = event.record.viewer
    guard var lane = lanes[viewer], lane.current?.entry == event.entry else { return nil }
    let next = lane.advance()
    lanes[viewer] = lane.isOver ? nil : lane
    return next
  }

  /// Forgets everything of these pages, which another producer has now; answers what became current by that.
  package mutating func drop(where isDropped: (PageKey) -> Bool) -> [QueuedEvent] {
    var begun: [QueuedEvent] = []
    for (viewer, var lane) in lanes {
      lane.waiting.removeAll { isDropped($0.record.page) }
      if let current = lane.current, isDropped(current.record.page), let next = lane.advance() { begun.append(next) }
      lane.left = lane.left.filter { !isDropped($0.value) }
      lanes[viewer] = lane.isOver ? nil : lane
    }
    return begun
  }

  /// The stream of these pages is read from the oldest again, for what these viewers have left in it. What of that is not in
  /// it any more will never come, and holds nothing up.
  package mutating func comesAgain(of viewers: Set<ViewerID>, where isRead: (PageKey) -> Bool) {
    for viewer in viewers {
      guard var lane = lanes[viewer] else { continue }
      lane.left = lane.left.filter { !isRead($0.value) }
      lanes[viewer] = lane.isOver ? nil : lane
    }
  }

  package var isEmpty: Bool { lanes.isEmpty }
}
