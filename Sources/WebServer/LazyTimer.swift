import NIOCore

/// A deadline that may be moved on every request at no cost: the scheduled task looks at the clock when it fires.
///
/// Moving the deadline later never touches the event loop's schedule; only an earlier one does. Event-loop bound.
final class LazyTimer {
  private let eventLoop: NIOIsolatedEventLoop
  private var deadline: NIODeadline?
  private var scheduled: (task: Scheduled<Void>, at: NIODeadline)?
  private let onTime: () -> Void

  init(eventLoop: any EventLoop, onTime: @escaping () -> Void) {
    self.eventLoop = eventLoop.assumeIsolated()
    self.onTime = onTime
  }

  /// Sets when to fire; `nil` for never.
  func set(_ deadline: NIODeadline?) {
    self.deadline = deadline
    guard let deadline else { return }
    if let scheduled, scheduled.at <= deadline { return }
    scheduled?.task.cancel()
    schedule(at: deadline)
  }

  func cancel() {
    deadline = nil
    scheduled?.task.cancel()
    scheduled = nil
  }

  private func schedule(at time: NIODeadline) {
    scheduled = (eventLoop.scheduleTask(deadline: time) { self.fired() }, time)
  }

  private func fired() {
    scheduled = nil
    guard let deadline else { return }
    guard deadline <= .now() else { return schedule(at: deadline) }
    self.deadline = nil
    onTime()
  }
}
