/// What the store keeps at most; the scripts and ``ShardStore`` hold to the same numbers.
package enum StoreLimits {
  /// Numbers in the store are decimal below 10^15, so that Lua's doubles hold them exactly.
  package static let largestNumber: UInt64 = 999_999_999_999_999
  /// Tombstones a page keeps; the oldest go first.
  package static let tombstones = 256
  /// Replies a viewer's marks keep.
  package static let replies: UInt64 = 16
  /// Events a shard's stream holds; beyond, enqueue answers busy.
  package static let events = 10_000
  /// Dead letters a shard keeps; the oldest go first.
  package static let deadLetters = 1000
  /// Signed-out sessions; the oldest go first.
  package static let endedSessions = 10_000
}
