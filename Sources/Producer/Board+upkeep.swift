import Backplane
import DashboardModel
import PageSync

/// What keeps board and store in step beside commits: pages looked after, events of dropped pages answered, marks kept.
extension Board {
  /// An event whose page is gone before a commit could carry it.
  struct AbandonedEvent: Hashable, Sendable {
    var shard: Int
    var event: QueuedEvent
    var reply: EventReply
  }

  // MARK: Events of dropped pages

  // Bounded by the stream: an event is in it until it is answered.
  func abandon(_ events: [QueuedEvent], in shard: Int, _ reply: EventReply) {
    abandoned += events.map { AbandonedEvent(shard: shard, event: $0, reply: reply) }
  }

  /// The events to answer now; those of shards that are not ours any more are their next owner's.
  func takeAbandoned() -> [AbandonedEvent] {
    defer { abandoned = [] }
    return abandoned.filter { holds[$0.shard] != nil }
  }

  // MARK: Pages the store must still have

  var pageKeys: [PageKey] { Array(pages.keys) }

  /// Those of these pages that are at rest, with where the store must have them.
  func resting(_ keys: ArraySlice<PageKey>) -> [(key: PageKey, version: Version)] {
    keys.compactMap { key in pages[key]?.restingVersion.map { (key, $0) } }
  }

  /// The store's word for a page that was at rest when it was asked: a missing or another page is written anew (R9).
  func stands(_ key: PageKey, at found: Version?, expected: Version) {
    guard let version = pages[key]?.restingVersion, version == expected, found != expected,
      hold(of: shardOf(key)) != nil
    else { return }
    logger.warning(
      "the data store lost a page; writing it anew",
      metadata: ["page": "\(key)", "expected": "\(expected)", "found": "\(found.map { "\($0)" } ?? "nothing")"])
    if let found { note(found.epoch.generation) }
    openEpoch(key)
    wake()
  }

  // MARK: Viewers' marks

  /// What the store must know again when it has lost its marks; `nil` while a page is still to be written whole. What the
  /// store calls done is called applied, so it must be there.
  func rememberedMarks(of shard: Int) -> [RememberedMark]? {
    let writers = pages.values.filter { $0.shard == shard }.map(\.writer)
    guard writers.allSatisfy({ $0.committed != nil }) else { return nil }
    return marks[shard]?.remembered(without: writers.flatMap(\.unfinishedEvents)) ?? []
  }

  /// Marks found in the store: of events that an earlier owner did.
  func learn(_ found: [StoredMark]) {
    let now = timeline.now.monotonic
    for mark in found where holds[mark.shard] != nil {
      marks[mark.shard, default: ViewerMarks()].learn(mark.viewer, mark.done, now: now)
    }
  }

  func forget(_ gone: [StoredMark]) {
    for mark in gone { marks[mark.shard]?.forget(mark.viewer) }
  }
}

extension LivePage {
  /// Where the store must have the page; `nil` while a commit is due or on its way.
  fileprivate var restingVersion: Version? { isCommitting || writer.hasWork ? nil : writer.committed }
}
