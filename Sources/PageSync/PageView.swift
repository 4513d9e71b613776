package import DashboardModel

/// A replica of one page: what producer, front and store agree on, with enough memory to say what changed since an
/// older version.
///
/// "All since r" is a filter, not a log: each component carries the revision at which it last changed. A series
/// remembers besides how many rows each recent revision added, so the filter can answer with new rows only.
///
/// Worked example, components at `name@revision`: at `5-aa:9` the view holds `a@2 b@9 c@7`. Since `5-aa:6` the answer
/// is `b, c`. After a takeover the view is at `6-bb:1`; if `a` and `c` came out the same bytes, a viewer at `5-aa:9`
/// gets a rebase that sets `b` alone, and one at `5-aa:6` gets `b, c`.
package struct PageView: Sendable {
  package private(set) var version: Version
  package private(set) var entries: [ComponentID: Entry] = [:]
  private var removed: [ComponentID: UInt64] = [:]
  private var removedFloor: UInt64 = 0
  private var previous: PreviousEpoch?

  package struct Entry: Sendable {
    package var value: ComponentValue
    /// When it last changed, in this epoch.
    package var revision: UInt64
    /// When it last changed in the previous epoch, while it still is what it was then.
    fileprivate var priorRevision: UInt64?
    fileprivate var appends: AppendLog
  }

  /// What is still known of the epoch before: enough to lead its viewers over.
  private struct PreviousEpoch {
    var last: Version
    var removed: [ComponentID: UInt64]
    var removedFloor: UInt64
  }

  /// Tombstones kept at most; then the oldest go and older viewers get the page whole.
  package static let largestRemoved = 256

  package init(_ snapshot: Snapshot) {
    version = snapshot.version
    take(snapshot) { _, _ in nil }
  }

  /// The value of the item `id`.
  package subscript(id: ComponentID) -> ComponentValue? { entries[id]?.value }

  package var values: [ComponentID: ComponentValue] { entries.mapValues(\.value) }

  /// Applies an update that starts exactly here; any other is refused and changes nothing.
  package mutating func apply(_ update: Update) -> Bool {
    guard update.from == version, update.to.epoch == version.epoch, update.to > version else { return false }
    guard update.changes.allSatisfy(fits) else { return false }
    for change in update.changes { apply(change, at: update.to.revision) }
    version = update.to
    return true
  }

  // Rows can only join a series that is there; anything else means that something was lost.
  private func fits(_ change: ComponentChange) -> Bool {
    if case .append = change.kind { entries[change.id] != nil } else { true }
  }

  private mutating func apply(_ change: ComponentChange, at revision: UInt64) {
    switch change.kind {
    case .remove:
      entries[change.id] = nil
      removed[change.id] = revision
      dropOldTombstones()
    case .set(let value):
      entries[change.id] = Entry(value: value, revision: revision, appends: AppendLog(since: revision))
      removed[change.id] = nil
    case .append(let append):
      guard var entry = entries[change.id] else { return }
      entry.value = entry.value.appending(append)
      entry.revision = revision
      entry.priorRevision = nil
      entry.appends.note(append, at: revision)
      entries[change.id] = entry
    }
  }

  private mutating func dropOldTombstones() {
    while removed.count > Self.largestRemoved, let oldest = removed.min(by: { $0.value < $1.value }) {
      removed[oldest.key] = nil
      removedFloor = max(removedFloor, oldest.value)
    }
  }

  /// Takes over what was read from the store. Never called with an older version than this one.
  package mutating func replace(with snapshot: Snapshot) {
    precondition(snapshot.version >= version, "a view never goes back")
    let old = self
    version = snapshot.version
    if snapshot.version.epoch == old.version.epoch {
      take(snapshot) { id, stored in
        old.entries[id].flatMap { $0.revision == stored.revision ? $0 : nil }
      }
    } else {
      let vanished = old.entries.keys.filter { snapshot.components[$0] == nil }
      previous = PreviousEpoch(
        last: old.version, removed: old.removed.merging(vanished.map { ($0, UInt64.max) }) { $1 },
        removedFloor: old.removedFloor)
      take(snapshot) { id, stored in
        guard let entry = old.entries[id], entry.value == stored.value else { return nil }
        return Entry(
          value: stored.value, revision: stored.revision, priorRevision: entry.revision,
          appends: AppendLog(since: stored.revision))
      }
    }
  }

  private mutating func take(_ snapshot: Snapshot, keeping: (ComponentID, Snapshot.StoredValue) -> Entry?) {
    var taken: [ComponentID: Entry] = [:]
    for (id, stored) in snapshot.components {
      taken[id] =
        keeping(id, stored)
        ?? Entry(value: stored.value, revision: stored.revision, appends: AppendLog(since: stored.revision))
    }
    entries = taken
    removed = snapshot.removed
    removedFloor = snapshot.removedFloor
  }
}

// MARK: What changed since

extension PageView {
  /// What a viewer at some version needs.
  package enum Difference: Hashable, Sendable {
    case nothing
    case delta(Update)
    /// As a delta, but across epochs.
    case rebase(Update)
    /// Everything: nothing is known about what the viewer shows.
    case whole
    /// The viewer shows something newer than this replica.
    case behind
  }

  package func changes(since shown: Version?) -> Difference {
    guard let shown else { return .whole }
    if shown == version { return .nothing }
    if shown.epoch == version.epoch {
      if shown > version { return .behind }
      guard shown.revision >= removedFloor else { return .whole }
      return .delta(delta(since: shown))
    }
    if let previous, previous.last.epoch == shown.epoch, shown <= previous.last, removedFloor == 0,
      shown.revision >= previous.removedFloor
    {
      return .rebase(rebase(since: shown, previous))
    }
    return shown > version ? .behind : .whole
  }

  private func delta(since shown: Version) -> Update {
    var changes: [ComponentChange] = []
    for (id, entry) in entries where entry.revision > shown.revision {
      changes.append(ComponentChange(id, entry.change(since: shown.revision)))
    }
    for (id, revision) in removed where revision > shown.revision {
      changes.append(ComponentChange(id, .remove))
    }
    return Update(from: shown, to: version, changes: changes.sorted { $0.id < $1.id })
  }

  private func rebase(since shown: Version, _ previous: PreviousEpoch) -> Update {
    var changes: [ComponentChange] = []
    for (id, entry) in entries where entry.priorRevision.map({ $0 > shown.revision }) ?? true {
      changes.append(ComponentChange(id, .set(entry.value)))
    }
    var gone = Set(previous.removed.filter { $0.value > shown.revision }.keys)
    gone.formUnion(removed.keys)
    for id in gone where entries[id] == nil {
      changes.append(ComponentChange(id, .remove))
    }
    return Update(from: shown, to: version, changes: changes.sorted { $0.id < $1.id })
  }
}

extension PageView.Entry {
  fileprivate func change(since revision: UInt64) -> ComponentChange.Kind {
    guard let points = value.points, let rows = appends.rows(since: revision), rows < points.count else {
      return .set(value)
    }
    // Rows only ever leave at the old end, so what is here now is the end of what the viewer has and the new rows.
    return .append(Append(head: value.head, points: points.suffix(rows), keep: points.count))
  }
}

/// How many rows each recent revision added to one series since it was last set whole.
private struct AppendLog: Sendable {
  /// Nothing is known about what came at or before this revision.
  private var floor: UInt64
  private var recent: [(revision: UInt64, rows: Int)] = []

  /// Covers a poll every 60 s of a series that grows every second.
  private static let longest = 64

  init(since revision: UInt64) { floor = revision }

  mutating func note(_ append: Append, at revision: UInt64) {
    recent.append((revision, append.points.count))
    if recent.count > Self.longest { floor = recent.removeFirst().revision }
  }

  func rows(since revision: UInt64) -> Int? {
    guard revision >= floor else { return nil }
    return recent.reduce(0) { $1.revision > revision ? $0 + $1.rows : $0 }
  }
}
