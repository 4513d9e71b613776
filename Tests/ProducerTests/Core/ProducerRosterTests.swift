import Backplane
import Testing

@testable import Producer

@Suite struct ProducerRosterTests {
  /// A roster that has looked often enough at producers which own so many shards.
  private func roster(_ owner: String, _ owned: [String: Int], shards: Int) -> ProducerRoster {
    var roster = ProducerRoster(owner: owner, shards: shards)
    for beat in 1...8 { _ = roster.heard(announcements(owned, beat: beat)) }
    return roster
  }

  private func announcements(_ owned: [String: Int], beat: Int) -> [String: Announcement] {
    owned.mapValues { Announcement(beat: UInt64(beat), owned: $0) }
  }

  @Test(arguments: [
    (["a": 4, "b": 0], "a"), (["a": 3, "b": 1, "c": 0], "a"), (["a": 2, "b": 1, "c": 1], nil), (["a": 2, "b": 2], nil),
    (["a": 2, "b": 2, "c": 0], "a"), (["a": 1, "b": 3], "b"), (["a": 4], nil), (["a": 3, "b": 0], nil),
  ])
  func `only who owns the most gives up, and only to somebody with two less`(owned: [String: Int], who: String?) {
    for name in owned.keys.sorted() {
      #expect(roster(name, owned, shards: 4).hasTooMany == (name == who), "\(name) of \(owned)")
    }
  }

  @Test func `nothing moves while something moves`() {
    var roster = ProducerRoster(owner: "a", shards: 4)
    for look in 1...20 {
      // b comes and goes.
      let owned = (look / ProducerRoster.calmBeforeMove).isMultiple(of: 2) ? ["a": 4] : ["a": 4, "b": 0]
      _ = roster.heard(announcements(owned, beat: look))
      #expect(!roster.hasTooMany)
    }
  }

  @Test func `who says nothing new is dead, and its name goes in the end`() {
    var roster = roster("a", ["a": 4, "b": 0], shards: 4)
    #expect(roster.live.count == 2 && roster.isEager(owning: 1) && !roster.isEager(owning: 2))

    var gone: [String] = []
    for look in 1...ProducerRoster.mostSilenceListed {
      let all = ["a": Announcement(beat: UInt64(8 + look), owned: 4), "b": Announcement(beat: 8, owned: 0)]
      gone = roster.heard(all)
    }

    #expect(gone == ["b"])
    #expect(roster.live == ["a": 4] && !roster.hasTooMany && roster.isEager(owning: 3))
  }

  @Test func `who knows nobody takes everything`() {
    #expect(ProducerRoster(owner: "a", shards: 3).isEager(owning: 2))
  }
}
