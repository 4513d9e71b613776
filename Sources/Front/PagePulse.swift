import Backplane
import DashboardModel
import NIOCore
import Synchronization
import WebServer

/// Counts what happens to a page in this front, so that a kept answer can be seen to be still right without the lock.
///
/// Invariant: whatever changes what a poll of the page is answered (its contents, whether the store is behind, its end)
/// beats too; when it stops being fresh by time alone is in `freshUntil`.
final class PagePulse: Sendable {
  private let beats = Atomic<UInt64>(0)

  var count: UInt64 { beats.load(ordering: .acquiring) }

  func beat() { beats.add(1, ordering: .releasing) }
}

/// What decides about all pages of a front at once.
final class FrontPulse: Sendable {
  /// Changes whenever a session may have begun or ceased to be valid.
  let sessions: PagePulse
  private let shards = Atomic<Int>(1)
  /// By shard: until when its owner was heard just now, in nanoseconds of the monotonic clock.
  private let freshUntil: [Atomic64]
  private let quiet: TimeAmount

  /// Shards at most, see docs/protocol.md.
  private static let mostShards = 64

  init(sessions: PagePulse, quiet: TimeAmount) {
    (self.sessions, self.quiet) = (sessions, quiet)
    freshUntil = (0..<Self.mostShards).map { _ in Atomic64() }
  }

  func heard(_ shard: Int, at now: NIODeadline) {
    guard freshUntil.indices.contains(shard) else { return }
    freshUntil[shard].value.store((now + quiet).uptimeNanoseconds, ordering: .releasing)
  }

  func found(shards: Int) { self.shards.store(shards, ordering: .releasing) }

  /// Until when the page is fresh if nothing more is heard of its owner.
  func freshUntil(_ page: PageKey) -> NIODeadline {
    let shard = Backplane.shard(of: page, among: shards.load(ordering: .acquiring))
    guard freshUntil.indices.contains(shard) else { return .distantPast }
    return .uptimeNanoseconds(freshUntil[shard].value.load(ordering: .acquiring))
  }
}

/// An atomic number that can be in an array.
final class Atomic64: Sendable {
  let value = Atomic<UInt64>(0)
}

/// What an answer depends on, as it stood when this was made: before anything was read that the answer is made of, so
/// that no change goes unseen.
struct Beats {
  private let page: PagePulse, definition: PagePulse, sessions: PagePulse
  private let counts: (page: UInt64, definition: UInt64, sessions: UInt64)

  init(page: PagePulse, definition: PagePulse, sessions: PagePulse) {
    (self.page, self.definition, self.sessions) = (page, definition, sessions)
    counts = (page.count, definition.count, sessions.count)
  }

  var areCurrent: Bool {
    page.count == counts.page && definition.count == counts.definition && sessions.count == counts.sessions
  }
}

/// The answer last given to one repeated request, and how long it is right. On its event loop only.
final class KeptAnswer {
  private var kept: (answer: WebAnswer, beats: Beats)?
  /// What the request named.
  private var since: Version?
  private var until = NIODeadline.uptimeNanoseconds(0)

  /// A page must be seen to be used, or it is let go; and the answer's date must not grow old.
  static let longest = TimeAmount.seconds(1)

  func answer(since: Version?, now: NIODeadline) -> WebAnswer? {
    guard now < until, self.since == since, let kept, kept.beats.areCurrent else { return nil }
    return kept.answer
  }

  /// The next answer is for a request that names this.
  func expect(_ since: Version?) { (self.since, kept) = (since, nil) }

  func keep(_ answer: WebAnswer, _ beats: Beats, until: NIODeadline) { (kept, self.until) = ((answer, beats), until) }
}
