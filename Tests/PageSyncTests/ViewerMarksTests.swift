import DashboardModel
import PageSync
import Testing

@Suite struct ViewerMarksTests {
  private let viewer = ViewerID("vvvvvvvvvvvvvvvvvvvvvv")!
  private let desk = PageKey("desk")!

  private func event(_ sequence: UInt64) -> EventRecord {
    EventRecord(page: desk, viewer: viewer, sequence: sequence, component: "hi", front: "f")
  }

  @Test func `an event done before is known, with why it was refused`() {
    var marks = ViewerMarks()
    marks.note(event(1), EventEnding(), now: .zero)
    marks.note(event(2), EventEnding(failure: "handler"), now: .zero)

    #expect(marks.judge(viewer, 1) == .done(EventEnding()))
    #expect(marks.judge(viewer, 2) == .done(EventEnding(failure: "handler")))
    #expect(marks.judge(viewer, 3) == .new)
  }

  @Test func `what is still on its way to the store is not told it as done`() {
    var marks = ViewerMarks()
    for sequence in 1...4 {
      marks.note(event(UInt64(sequence)), EventEnding(failure: sequence == 3 ? "handler" : nil), now: .zero)
    }
    let onTheWay = [3, 4].map { QueuedEvent(entry: "0-\($0)", record: event($0)) }

    #expect(marks.remembered(without: onTheWay) == [RememberedMark(viewer: viewer, done: 2)])
    #expect(marks.remembered() == [RememberedMark(viewer: viewer, done: 4, replies: [3: .failed("handler")])])
  }

  @Test func `a viewer silent for a day is forgotten`() {
    var marks = ViewerMarks()
    marks.note(event(5), EventEnding(), now: .zero)

    marks.forgetSilent(now: .seconds(24 * 3600))

    #expect(marks.judge(viewer, 5) == .new)
  }

  @Test func `whoever restores a page knows what its viewers' events came to`() {
    var marks = ViewerMarks(), successor = ViewerMarks()
    var writer = PageWriter(key: desk, epoch: Epoch(generation: 1, nonce: 1), values: [:])
    for sequence in 1...20 { marks.note(event(UInt64(sequence)), EventEnding(), now: .zero) }
    marks.note(event(21), EventEnding(failure: "handler"), now: .zero)
    marks.note(event(22), EventEnding(), now: .zero)

    marks.keep(viewer, in: &writer)
    successor.restore(from: writer.privateState, now: .zero)

    #expect(writer.privateState == ["done.\(viewer)": Array("22 21:handler".utf8)])
    #expect(successor.judge(viewer, 21) == .done(EventEnding(failure: "handler")))
    #expect(successor.judge(viewer, 22) == .done(EventEnding()))
    #expect(successor.judge(viewer, 23) == .new)
  }

  @Test func `beside a page the marks of the longest silent go first`() {
    var marks = ViewerMarks()
    var writer = PageWriter(key: desk, epoch: Epoch(generation: 1, nonce: 1), values: [:])

    for number in 1...513 {
      let one = ViewerID("viewer-with-number-\(number)")!
      marks.note(
        EventRecord(page: desk, viewer: one, sequence: 1, component: "hi", front: "f"), EventEnding(), now: .seconds(number))
      marks.keep(one, in: &writer)
    }

    #expect(writer.privateState.count == 256)
    #expect(writer.privateState["done.viewer-with-number-513"] != nil)
    #expect(writer.privateState["done.viewer-with-number-257"] == nil)
  }
}
