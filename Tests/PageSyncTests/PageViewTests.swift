import DashboardModel
import PageSync
import Testing

@Suite struct PageViewTests {
  @Test func `an update is applied only where it starts`() {
    var view = PageView(snapshot("5-aa:9", ["a": (2, value(1))]))

    #expect(view.apply(update("5-aa:8", "5-aa:10", ("a", .set(value(7))))) == false)
    #expect(view.apply(update("5-aa:10", "5-aa:11", ("a", .set(value(7))))) == false)
    #expect(view.apply(Update(from: v("5-aa:9"), to: v("6-aa:10"), changes: [])) == false)
    #expect(view.apply(update("5-aa:9", "5-aa:9", ("a", .set(value(7))))) == false)
    #expect(view[id("a")] == value(1))
    #expect(view.apply(update("5-aa:9", "5-aa:10", ("a", .set(value(7))))) == true)
    #expect(view[id("a")] == value(7))
    #expect(view.version == v("5-aa:10"))
  }

  @Test func `an append to what is not there changes nothing, not even what stands beside it`() {
    var view = PageView(snapshot("5-aa:9", ["a": (2, value(1))]))

    let isApplied = view.apply(update("5-aa:9", "5-aa:10", ("a", .set(value(7))), ("c", appended(1...1, keep: 9))))

    #expect(!isApplied)
    #expect(view[id("a")] == value(1))
    #expect(view.version == v("5-aa:9"))
  }

  @Test func `a viewer gets what changed since it looked`() {
    let view = PageView(
      snapshot("5-aa:9", ["a": (2, value(1)), "b": (9, value(2)), "c": (7, value(3))], removed: ["x": 8, "y": 3]))

    #expect(
      view.changes(since: v("5-aa:6"))
        == .delta(update("5-aa:6", "5-aa:9", ("b", .set(value(2))), ("c", .set(value(3))), ("x", .remove))))
    #expect(view.changes(since: v("5-aa:8")) == .delta(update("5-aa:8", "5-aa:9", ("b", .set(value(2))))))
    #expect(view.changes(since: v("5-aa:9")) == .nothing)
  }

  @Test func `a viewer of whom nothing is known gets the page whole, and one that is ahead gets nothing`() {
    let view = PageView(snapshot("5-aa:9", ["a": (2, value(1))]))

    #expect(view.changes(since: nil) == .whole)
    #expect(view.changes(since: v("4-ff:900")) == .whole)
    #expect(view.changes(since: v("5-aa:10")) == .behind)
    #expect(view.changes(since: v("6-bb:1")) == .behind)
  }

  @Test func `several appends travel as one`() {
    var view = PageView(snapshot("5-aa:1", ["c": (1, series(1...3))]))
    #expect(view.apply(update("5-aa:1", "5-aa:2", ("c", appended(4...4, keep: 10)))) == true)
    #expect(view.apply(update("5-aa:2", "5-aa:3", ("c", appended(5...6, keep: 10)))) == true)

    #expect(view.changes(since: v("5-aa:1")) == .delta(update("5-aa:1", "5-aa:3", ("c", appended(4...6, keep: 6)))))
    #expect(view.changes(since: v("5-aa:2")) == .delta(update("5-aa:2", "5-aa:3", ("c", appended(5...6, keep: 6)))))
  }

  @Test func `appends that no longer tell everything become a set`() {
    var view = PageView(snapshot("5-aa:1", ["c": (1, series(1...3))]))
    #expect(view.apply(update("5-aa:1", "5-aa:2", ("c", appended(4...8, keep: 2)))) == true)

    #expect(view.changes(since: v("5-aa:1")) == .delta(update("5-aa:1", "5-aa:2", ("c", .set(series(7...8))))))
  }

  @Test func `after more appends than are remembered an old viewer gets the series whole`() {
    var view = PageView(snapshot("5-aa:1", ["c": (1, series(1...1))]))
    for revision in 2...70 {
      let append = appended(revision...revision, keep: 500)
      #expect(view.apply(update("5-aa:\(revision - 1)", "5-aa:\(revision)", ("c", append))) == true)
    }

    #expect(view.changes(since: v("5-aa:1")) == .delta(update("5-aa:1", "5-aa:70", ("c", .set(series(1...70))))))
    #expect(view.changes(since: v("5-aa:60")) == .delta(update("5-aa:60", "5-aa:70", ("c", appended(61...70, keep: 70)))))
  }

  @Test(arguments: 0..<200)
  func `whoever takes the difference shows what the view shows, however series grow and shrink`(seed: Int) {
    var random = SystemRandomNumberGenerator()
    var view = PageView(snapshot("5-aa:1", ["c": (1, series(1...4))]))
    var seen = [(view.version, view.values)]
    var next = 5
    for revision in 2...30 {
      let last = next + Int.random(in: 0...3, using: &random)
      let kind: ComponentChange.Kind =
        Int.random(in: 0..<8, using: &random) == 0
        ? .set(series(next...last)) : appended(next...last, keep: .random(in: 1...9, using: &random))
      next = last + 1
      #expect(view.apply(update("5-aa:\(revision - 1)", "5-aa:\(revision)", ("c", kind))) == true)
      seen.append((view.version, view.values))
    }

    for (version, values) in seen {
      var viewer = ViewerPage(version: version, values: values)
      if case .delta(let update) = view.changes(since: version) { #expect(viewer.receive(.delta(update)) == .applied) }
      #expect(viewer.values == view.values, "since \(version)")
    }
  }

  @Test func `tombstones past the bound send older viewers the page whole`() {
    var view = PageView(snapshot("5-aa:1"))
    for revision in 2...600 {
      #expect(view.apply(update("5-aa:\(revision - 1)", "5-aa:\(revision)", ("r\(revision)", .remove))) == true)
    }

    #expect(view.changes(since: v("5-aa:343")) == .whole)
    guard case .delta(let rest) = view.changes(since: v("5-aa:344")) else {
      Issue.record("a viewer within the bound gets a delta")
      return
    }
    #expect(rest.changes.count == 256)
  }

  @Test func `what comes again is no longer removed`() {
    var view = PageView(snapshot("5-aa:1", ["a": (1, value(1))]))
    #expect(view.apply(update("5-aa:1", "5-aa:2", ("a", .remove))) == true)
    #expect(view.apply(update("5-aa:2", "5-aa:3", ("a", .set(value(5))))) == true)

    #expect(view.changes(since: v("5-aa:1")) == .delta(update("5-aa:1", "5-aa:3", ("a", .set(value(5))))))
  }

  @Test func `a snapshot of the same epoch keeps what is known of unchanged series`() {
    var view = PageView(snapshot("5-aa:1", ["c": (1, series(1...3)), "a": (1, value(1))]))
    #expect(view.apply(update("5-aa:1", "5-aa:2", ("c", appended(4...4, keep: 10)))) == true)

    view.replace(with: snapshot("5-aa:9", ["c": (2, series(1...4)), "a": (9, value(2))]))

    let expected = update("5-aa:1", "5-aa:9", ("a", .set(value(2))), ("c", appended(4...4, keep: 4)))
    #expect(view.changes(since: v("5-aa:1")) == .delta(expected))
  }
}

@Suite struct RebaseTests {
  /// The worked example of ``PageView``.
  private func takenOver() -> PageView {
    var view = PageView(snapshot("5-aa:9", ["a": (2, value(1)), "b": (9, value(2)), "c": (7, value(3))]))
    view.replace(with: snapshot("6-bb:1", ["a": (1, value(1)), "b": (1, value(20)), "c": (1, value(3))]))
    return view
  }

  @Test func `after a takeover a viewer gets what differs`() {
    let view = takenOver()

    #expect(view.changes(since: v("5-aa:9")) == .rebase(update("5-aa:9", "6-bb:1", ("b", .set(value(20))))))
    #expect(
      view.changes(since: v("5-aa:6"))
        == .rebase(update("5-aa:6", "6-bb:1", ("b", .set(value(20))), ("c", .set(value(3))))))
  }

  @Test func `what changes in the new epoch joins the rebase`() {
    var view = takenOver()
    #expect(view.apply(update("6-bb:1", "6-bb:2", ("a", .set(value(9))), ("c", .remove))) == true)

    let expected = update("5-aa:9", "6-bb:2", ("a", .set(value(9))), ("b", .set(value(20))), ("c", .remove))
    #expect(view.changes(since: v("5-aa:9")) == .rebase(expected))
    #expect(
      view.changes(since: v("6-bb:1")) == .delta(update("6-bb:1", "6-bb:2", ("a", .set(value(9))), ("c", .remove))))
  }

  @Test func `what vanished with the old epoch is removed`() {
    var view = PageView(snapshot("5-aa:9", ["a": (2, value(1)), "b": (9, value(2))], removed: ["x": 8, "y": 3]))
    view.replace(with: snapshot("6-bb:1", ["a": (1, value(1)), "x": (1, value(4))]))

    let expected = update("5-aa:5", "6-bb:1", ("b", .remove), ("x", .set(value(4))))
    #expect(view.changes(since: v("5-aa:5")) == .rebase(expected))
  }

  @Test func `nothing is rebased over two epochs, nor from more than this front had seen`() {
    var view = takenOver()
    #expect(view.changes(since: v("5-aa:10")) == .whole)

    view.replace(with: snapshot("7-cc:1", ["a": (1, value(1))]))

    #expect(view.changes(since: v("5-aa:9")) == .whole)
    #expect(
      view.changes(since: v("6-bb:1")) == .rebase(update("6-bb:1", "7-cc:1", ("b", .remove), ("c", .remove))))
  }

  @Test func `a viewer older than the tombstones of the old epoch gets the page whole`() {
    var view = PageView(snapshot("5-aa:9", ["a": (2, value(1))], removed: ["x": 8], removedFloor: 6))
    view.replace(with: snapshot("6-bb:1", ["a": (1, value(1))]))

    #expect(view.changes(since: v("5-aa:5")) == .whole)
    #expect(view.changes(since: v("5-aa:6")) == .rebase(update("5-aa:6", "6-bb:1", ("x", .remove))))
  }
}
