import DashboardModel
import PageSync

/// Since when each viewer's marks in the store stand still, as this producer has seen it by its own monotonic clock. Whose
/// events an owner that died had done is found here as well.
///
/// Bounded: a mark for which there is no room is looked at again when others have gone.
struct MarkAges {
  private struct Key: Hashable {
    var shard: Int
    var viewer: ViewerID
  }

  private struct Seen {
    var queued: UInt64
    var done: UInt64
    var since: Duration
    var round: Int
  }

  private var seen: [Key: Seen] = [:]
  private var round = 0

  /// Marks without an event for this long are removed.
  static let kept = Duration.seconds(24 * 3600)
  static let most = 200_000

  var count: Int { seen.count }

  /// Takes a look in; true when the mark has stood still for too long.
  mutating func isOver(_ mark: StoredMark, now: Duration) -> Bool {
    let key = Key(shard: mark.shard, viewer: mark.viewer)
    guard let known = seen[key], known.queued == mark.queued, known.done == mark.done else {
      guard seen[key] != nil || seen.count < Self.most else { return false }
      seen[key] = Seen(queued: mark.queued, done: mark.done, since: now, round: round)
      return false
    }
    seen[key]?.round = round
    return now - known.since >= Self.kept
  }

  /// All marks of the store were looked at: those not among them are gone.
  mutating func endRound() {
    seen = seen.filter { $0.value.round == round }
    round += 1
  }
}
