/// Numbers at a steady pace: `for await n in ticks(every: .seconds(1), from: 501) { … }`.
///
/// The first comes at once, the others on a grid that does not drift. A loop whose body takes longer than the interval
/// misses beats and no numbers. Ends when the task is cancelled.
public func ticks(every interval: Duration, from first: Int = 1) -> Ticks { Ticks(interval: interval, first: first) }

public struct Ticks: AsyncSequence, Sendable {
  let interval: Duration
  let first: Int

  public func makeAsyncIterator() -> Iterator {
    Iterator(interval: Swift.max(.milliseconds(1), interval), next: first, clock: AppContext.current?.clock ?? MachineClock())
  }

  public struct Iterator: AsyncIteratorProtocol, Sendable {
    let interval: Duration
    var next: Int
    let clock: any AppClock
    private var due: Duration?

    init(interval: Duration, next: Int, clock: any AppClock) {
      (self.interval, self.next, self.clock) = (interval, next, clock)
    }

    public mutating func next() async -> Int? {
      if let due {
        guard (try? await clock.sleep(until: due)) != nil else { return nil }
      }
      guard !Task.isCancelled else { return nil }
      let missed = due.map { Swift.max(0, ((clock.now - $0) / interval).rounded(.down)) } ?? 0
      due = (due ?? clock.now) + interval * (missed + 1)
      defer { next += 1 }
      return next
    }
  }
}

/// Waits, by the app's clock: in tests, by the one that the test advances.
public func pause(for time: Duration) async throws {
  let clock: any AppClock = AppContext.current?.clock ?? MachineClock()
  try await clock.sleep(until: clock.now + time)
}
