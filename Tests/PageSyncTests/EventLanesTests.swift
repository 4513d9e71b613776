import DashboardModel
import PageSync
import Testing

@Suite struct EventLanesTests {
  private let viewer = ViewerID("vvvvvvvvvvvvvvvvvvvvvv")!

  private func event(_ sequence: UInt64, lowest: UInt64 = 1, on page: String = "desk") -> QueuedEvent {
    let record = EventRecord(
      page: PageKey(page)!, viewer: viewer, sequence: sequence, lowest: lowest, component: "hi", front: "f")
    return QueuedEvent(entry: "0-\(sequence)", record: record)
  }

  @Test func `the first is taken at once, the others in their turn`() {
    var lanes = EventLanes()

    #expect([1, 2, 3].map { lanes.arrived(event($0)) } == [.first, .waits, .waits])
    #expect(lanes.next(after: event(1)) == event(2))
    #expect(lanes.next(after: event(2)) == event(3))
    #expect(lanes.next(after: event(3)) == nil)
    #expect(lanes.isEmpty)
  }

  @Test func `what is left in the stream is not overtaken, not even when all before it is done`() {
    var lanes = EventLanes()
    let full = UInt64(EventLanes.mostWaiting) + 1
    for sequence in 1...full { _ = lanes.arrived(event(sequence)) }
    #expect(lanes.arrived(event(full + 1)) == .left)
    for sequence in 1...full { _ = lanes.next(after: event(sequence)) }

    #expect(lanes.arrived(event(full + 2)) == .left)
    #expect(lanes.arrived(event(full + 1)) == .first)
    #expect(lanes.arrived(event(full + 2)) == .waits)
  }

  @Test func `a sender who gave up what was left is heard again`() {
    var lanes = EventLanes()
    let full = UInt64(EventLanes.mostWaiting) + 1
    for sequence in 1...(full + 1) { _ = lanes.arrived(event(sequence)) }
    for sequence in 1...full { _ = lanes.next(after: event(sequence)) }

    #expect(lanes.arrived(event(full + 5, lowest: full + 5)) == .first)
  }

  @Test func `what was left and is not in the stream any more holds nothing up`() {
    // 1 to 33 came twice; of the second time 1 and 2 were left, and then lost with the stream, though they are done.
    var lanes = EventLanes()
    let full = UInt64(EventLanes.mostWaiting) + 1
    for sequence in 1...full { _ = lanes.arrived(event(sequence)) }
    #expect([1, 2].map { lanes.arrived(event($0)) } == [.left, .left])
    for sequence in 1...full { _ = lanes.next(after: event(sequence)) }
    #expect(lanes.arrived(event(full + 1)) == .left)

    lanes.comesAgain(of: [viewer]) { $0.dashboard == "desk" }

    #expect(lanes.isEmpty)
    #expect([full + 1, full + 2].map { lanes.arrived(event($0)) } == [.first, .waits])
  }

  @Test func `a raised lowest lets nothing overtake what was left above it`() {
    // The lane is full of events that came twice; 1 came again, and 34 for the first time, and both were left.
    var lanes = EventLanes()
    let full = UInt64(EventLanes.mostWaiting) + 1
    for sequence in 1...full { _ = lanes.arrived(event(sequence)) }
    #expect([1, full + 1].map { lanes.arrived(event($0)) } == [.left, .left])
    for sequence in 1...full { _ = lanes.next(after: event(sequence)) }

    #expect(lanes.arrived(event(full + 2, lowest: full + 1)) == .left)
    #expect(lanes.arrived(event(full + 1)) == .first)
    #expect(lanes.arrived(event(full + 2)) == .waits)
  }

  @Test func `the pages of another producer are forgotten, others go on`() {
    var lanes = EventLanes()
    _ = lanes.arrived(event(1))
    _ = lanes.arrived(event(2))
    _ = lanes.arrived(event(3, on: "other"))

    #expect(lanes.drop { $0.dashboard == "desk" } == [event(3, on: "other")])
    #expect(lanes.next(after: event(3, on: "other")) == nil)
    #expect(lanes.isEmpty)
  }

  @Test func `what was left in another shard's stream is not overtaken when this one's goes or is read again`() {
    var lanes = EventLanes()
    let full = UInt64(EventLanes.mostWaiting) + 1
    for sequence in 1...full { _ = lanes.arrived(event(sequence)) }
    #expect(lanes.arrived(event(full + 1, on: "other")) == .left)

    lanes.comesAgain(of: [viewer]) { $0.dashboard == "desk" }
    #expect(lanes.drop { $0.dashboard == "desk" } == [])

    #expect(lanes.arrived(event(full + 2, on: "other")) == .left)
    #expect(lanes.arrived(event(full + 1, on: "other")) == .first)
  }
}
