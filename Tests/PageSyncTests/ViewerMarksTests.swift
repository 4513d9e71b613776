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

  @Test func `a viewer silent for a day is forgotten`() {
    var marks = ViewerMarks()
    marks.note(event(5), EventEnding(), now: .zero)

    marks.forgetSilent(now: .seconds(24 * 3600))

    #expect(marks.judge(viewer, 5) == .new)
  }

  @Test func `a page's new epoch is told how its viewers' last events ended`() {
    var marks = ViewerMarks()
    for sequence in 1...20 { marks.note(event(UInt64(sequence)), EventEnding(), now: .zero) }
    marks.note(event(21), EventEnding(failure: "handler"), now: .zero)
    marks.note(event(22), EventEnding(), now: .zero)

    let told = marks.endings(on: desk)

    #expect(told.map(\.event.record.sequence) == [21, 22])
    #expect(told.map(\.ending.failure) == ["handler", nil])
    #expect(marks.endings(on: PageKey("other")!).isEmpty)
  }
}
