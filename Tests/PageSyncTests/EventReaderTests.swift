import DashboardModel
import PageSync
import Testing

@Suite struct EventReaderTests {
  private let hold = LeaseHold(owner: "me", fence: 1)

  @Test func `a new hold begins with the oldest`() throws {
    var reader = EventReader()
    let event = QueuedEvent(entry: "0-1", record: try record(.event))
    #expect(reader.position(under: hold, epochs: 0) == nil)
    _ = reader.read(event, isUnderWay: false)
    reader.took(event)
    #expect(reader.position(under: hold, epochs: 0) == "0-1")

    #expect(reader.position(under: LeaseHold(owner: "me", fence: 2), epochs: 0) == nil)
    #expect(reader.read(event, isUnderWay: false) == .handle)
  }

  @Test func `each epoch reads from the oldest on again`() throws {
    var reader = EventReader()
    let event = QueuedEvent(entry: "0-1", record: try record(.event))
    _ = reader.position(under: hold, epochs: 0)
    #expect(reader.read(event, isUnderWay: false) == .handle)
    reader.took(event)
    #expect(reader.read(event, isUnderWay: false) == .skip)

    #expect(reader.position(under: hold, epochs: 1) == nil)
    #expect(reader.read(event, isUnderWay: false) == .handle)
  }

  @Test func `a push that is back from an old store is only ended again`() throws {
    var reader = EventReader()
    let push = QueuedEvent(entry: "0-1", record: try record(.push))
    _ = reader.position(under: hold, epochs: 0)
    _ = reader.read(push, isUnderWay: false)
    _ = reader.position(under: hold, epochs: 1)

    #expect(reader.read(push, isUnderWay: false) == .endAgain)
  }

  @Test func `poison is what three others began`() {
    #expect((0...4).map { EventReader.isPoison(tries: $0) } == [false, false, false, true, true])
  }

  private func record(_ kind: EventRecord.Kind) throws -> EventRecord {
    EventRecord(
      kind: kind, page: try #require(PageKey(dashboard: "desk")), viewer: try #require(ViewerID("vvvvvvvvvvvvvvvvvvvvvv")),
      sequence: 1, component: "c", front: "f")
  }
}
