import DashboardModel
import PageSync
import Testing

@Suite struct ViewerMarksTests {
  private let viewer = ViewerID("vvvvvvvvvvvvvvvvvvvvvv")!

  @Test func `an event done before is known, with why it was refused`() {
    var marks = ViewerMarks()
    marks.note(viewer, 1, EventEnding(), now: .zero)
    marks.note(viewer, 2, EventEnding(failure: "handler"), now: .zero)

    #expect(marks.judge(viewer, 1) == .done(EventEnding()))
    #expect(marks.judge(viewer, 2) == .done(EventEnding(failure: "handler")))
    #expect(marks.judge(viewer, 3) == .new)
  }

  @Test func `a viewer silent for a day is forgotten`() {
    var marks = ViewerMarks()
    marks.note(viewer, 5, EventEnding(), now: .zero)

    marks.forgetSilent(now: .seconds(24 * 3600))

    #expect(marks.judge(viewer, 5) == .new)
  }
}
