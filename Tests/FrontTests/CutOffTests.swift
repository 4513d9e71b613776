import NIOCore
import Testing

@testable import Front

@Suite struct CutOffTests {
  private let cut = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

  /// What is done in the seconds after a cut, asked twice a second; viewers arrive at the given seconds.
  private func actions(for seconds: Int, arrivals: Set<Int> = []) -> [Double: CutOff.Action] {
    var off = CutOff()
    var actions: [Double: CutOff.Action] = [:]
    for half in 0...(2 * seconds) {
      if half.isMultiple(of: 2), arrivals.contains(half / 2) { off.viewerArrived() }
      let action = off.tick(since: cut, now: cut + .milliseconds(Int64(half) * 500))
      if action != .nothing { actions[Double(half) / 2] = action }
    }
    return actions
  }

  @Test func `when scouts do not come back everybody follows, within twelve seconds of the cut`() {
    #expect(actions(for: 60) == [7: .sendScouts, 8.5: .sendAll])
  }

  @Test func `when a scout comes back nobody else is moved, and the next are sent ever later`() {
    let seen = actions(for: 60, arrivals: Set(0...60))

    #expect(seen == [7: .sendScouts, 11.5: .sendScouts, 19: .sendScouts, 32.5: .sendScouts, 58: .sendScouts])
  }

  @Test func `who arrived before the scouts went says nothing`() {
    #expect(actions(for: 20, arrivals: [1, 3, 6]) == [7: .sendScouts, 8.5: .sendAll])
  }

  @Test func `a store that is back ends it, and the next outage begins anew`() {
    var off = CutOff()
    #expect(off.tick(since: cut, now: cut + .seconds(7)) == .sendScouts)
    #expect(off.tick(since: nil, now: cut + .seconds(8)) == .nothing)
    #expect(off.tick(since: cut + .seconds(9), now: cut + .seconds(15)) == .nothing)
    #expect(off.tick(since: cut + .seconds(9), now: cut + .seconds(16)) == .sendScouts)
  }

  @Test func `an outage counts from the last heartbeat, if there was one`() {
    var freshness = Freshness(now: cut)
    freshness.connected()
    #expect(freshness.cutSince == nil)
    freshness.heard(1, at: cut + .seconds(10))
    freshness.disconnected(at: cut + .seconds(13))
    #expect(freshness.cutSince == cut + .seconds(10))

    freshness.connected()
    freshness.disconnected(at: cut + .seconds(60))
    #expect(freshness.cutSince == cut + .seconds(60))
  }
}
