/// The time of an app: the machine's monotonic clock, or one that a test advances by hand.
protocol AppClock: Sendable {
  var now: Duration { get }
  func sleep(until instant: Duration) async throws
}

/// The machine's.
struct MachineClock: AppClock {
  private static let start = ContinuousClock.now

  var now: Duration { ContinuousClock.now - Self.start }

  func sleep(until instant: Duration) async throws {
    try await Task.sleep(until: Self.start + instant, clock: .continuous)
  }
}
