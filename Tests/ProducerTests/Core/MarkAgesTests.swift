import DashboardModel
import PageSync
import Testing

@testable import Producer

@Suite struct MarkAgesTests {
  private func mark(_ done: UInt64, of viewer: Int = 0) -> StoredMark {
    StoredMark(shard: 0, viewer: ViewerID("viewer-0123456789-\(viewer)")!, queued: done, done: done)
  }

  @Test func `marks that stand still for a day are over`() {
    var ages = MarkAges()
    #expect(ages.isOver(mark(3), now: .zero) == false)
    #expect(ages.isOver(mark(3), now: MarkAges.kept - .seconds(1)) == false)

    #expect(ages.isOver(mark(3), now: MarkAges.kept) == true)
  }

  @Test func `an event begins the day anew`() {
    var ages = MarkAges()
    _ = ages.isOver(mark(3), now: .zero)
    _ = ages.isOver(mark(4), now: .seconds(3600))

    #expect(ages.isOver(mark(4), now: MarkAges.kept) == false)
    #expect(ages.isOver(mark(4), now: MarkAges.kept + .seconds(3600)) == true)
  }

  @Test func `marks that are gone take no room, and no more have room than there is`() {
    var ages = MarkAges()
    for viewer in 0..<(MarkAges.most + 5) { _ = ages.isOver(mark(1, of: viewer), now: .zero) }
    #expect(ages.count == MarkAges.most)

    ages.endRound()
    _ = ages.isOver(mark(1, of: 1), now: .seconds(1))
    ages.endRound()

    #expect(ages.count == 1)
  }
}
