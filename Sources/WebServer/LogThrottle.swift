import NIOCore
import Synchronization

/// Lets one line per interval through, and tells how many were held back since.
final class LogThrottle: Sendable {
  private struct State {
    var nextAllowed: NIODeadline?
    var heldBack = 0
  }

  private let interval: TimeAmount
  private let state = Mutex(State())

  init(interval: TimeAmount) { self.interval = interval }

  /// The number of lines held back before this one, or `nil` when this one is to be held back as well.
  func admit(now: NIODeadline = .now()) -> Int? {
    state.withLock { state in
      if let next = state.nextAllowed, now < next {
        state.heldBack += 1
        return nil
      }
      state.nextAllowed = now + interval
      defer { state.heldBack = 0 }
      return state.heldBack
    }
  }
}
