import DashboardModel
import PageSync
import Testing

@Suite struct EventReaderTests {
  private let hold = LeaseHold(owner: "me", fence: 1)

  @Test func `a new hold begins with everything unfinished`() {
    var reader = EventReader()
    #expect(reader.question(under: hold, epochs: 0) == .unfinished)

    reader.tookOver(under: hold)

    #expect(reader.question(under: hold, epochs: 0) == .new(after: nil))
    #expect(reader.question(under: LeaseHold(owner: "me", fence: 2), epochs: 0) == .unfinished)
  }

  @Test func `each epoch reads from the oldest on again`() throws {
    var reader = EventReader()
    let event = QueuedEvent(entry: "0-1", record: try record(.event), deliveries: 1)
    reader.tookOver(under: hold)
    #expect(reader.read(event, isUnderWay: false) == .handle)
    reader.took(event)
    #expect(reader.question(under: hold, epochs: 0) == .new(after: "0-1"))

    #expect(reader.question(under: hold, epochs: 1) == .new(after: nil))
    #expect(reader.read(event, isUnderWay: false) == .handle)
  }

  @Test func `a push that is back from an old store is only ended again`() throws {
    var reader = EventReader()
    let push = QueuedEvent(entry: "0-1", record: try record(.push), deliveries: 1)
    reader.tookOver(under: hold)
    _ = reader.read(push, isUnderWay: false)
    _ = reader.question(under: hold, epochs: 1)

    #expect(reader.read(push, isUnderWay: false) == .endAgain)
  }

  private func record(_ kind: EventRecord.Kind) throws -> EventRecord {
    EventRecord(
      kind: kind, page: try #require(PageKey(dashboard: "desk")), viewer: try #require(ViewerID("vvvvvvvvvvvvvvvvvvvvvv")),
      sequence: 1, component: "c", front: "f")
  }
}
