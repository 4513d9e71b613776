import DashboardModel

/// Holds events back as their listeners wish, as `client/event_timing.js` does; `now` is passed in.
///
/// Ten inputs within `debounce` are one event, the last. A click meanwhile first lets the held input go, then itself.
@MainActor
struct HeldEvents {
  private var held: [(event: Occurrence, due: Duration)] = []
  private var sentAt: [Occurrence.Key: Duration] = [:]

  /// When something is due; `nil` if nothing is.
  var nextDue: Duration? { held.map(\.due).min() }

  /// What goes now because this happened, in order.
  mutating func happened(_ event: Occurrence, now: Duration) -> [Occurrence] {
    if let pause = event.debounce, pause > .zero { return hold(event, until: now + pause, now) }
    if let interval = event.throttle, let last = sentAt[event.key], last + interval > now {
      return hold(event, until: last + interval, now)
    }
    held.removeAll { $0.event.key == event.key }
    return flush(now) + release([event], now)
  }

  /// What is due by now.
  mutating func due(_ now: Duration) -> [Occurrence] { release(held.filter { $0.due <= now }.map(\.event), now) }

  /// Everything, or all of one element.
  mutating func flush(_ now: Duration, of id: ComponentID? = nil) -> [Occurrence] {
    release(held.map(\.event).filter { id == nil || $0.id == id }, now)
  }

  // What other elements held came before, and goes before.
  private mutating func hold(_ event: Occurrence, until due: Duration, _ now: Duration) -> [Occurrence] {
    let others = release(held.map(\.event).filter { $0.id != event.id }, now)
    held.removeAll { $0.event.key == event.key }
    held.append((event, due))
    return others
  }

  private mutating func release(_ events: [Occurrence], _ now: Duration) -> [Occurrence] {
    for event in events {
      held.removeAll { $0.event.key == event.key }
      sentAt[event.key] = now
    }
    return events
  }
}
