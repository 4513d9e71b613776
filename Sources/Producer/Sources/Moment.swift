import FoundationEssentials

/// One instant on both clocks: ages and hold times are told by the monotonic one, points of a curve by the other.
package struct Moment: Hashable, Sendable {
  /// Time since the producer's timeline began.
  package var monotonic: Duration
  /// Unix milliseconds.
  package var unix: Double

  package init(monotonic: Duration, unix: Double) {
    self.monotonic = monotonic
    self.unix = unix
  }
}

/// A producer's time, made from any clock: what is now, and sleeping until then.
package struct Timeline: Sendable {
  private let elapsed: @Sendable () -> Duration
  private let wall: @Sendable () -> Double
  private let rest: @Sendable (Duration) async throws -> Void

  /// `wall` tells Unix milliseconds.
  package init(_ clock: some Clock<Duration>, wall: @escaping @Sendable () -> Double = Timeline.systemWall) {
    let start = clock.now
    elapsed = { start.duration(to: clock.now) }
    rest = { try await clock.sleep(until: start.advanced(by: $0), tolerance: nil) }
    self.wall = wall
  }

  package var now: Moment { Moment(monotonic: elapsed(), unix: wall()) }

  /// Sleeps until that much time has passed since the timeline began.
  package func sleep(until instant: Duration) async throws { try await rest(instant) }

  package static let systemWall: @Sendable () -> Double = {
    (Date().timeIntervalSince1970 * 1000).rounded(.down)
  }
}

extension Duration {
  /// In seconds.
  package var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
