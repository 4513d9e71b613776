import DashboardModel
import PageSync
import Testing

private let hold = LeaseHold(owner: "p1", fence: 3)
private let key = PageKey("board")!

private func writer(_ values: [String: ComponentValue] = [:]) -> PageWriter {
  PageWriter(key: key, epoch: epoch("5-aa"), values: Dictionary(uniqueKeysWithValues: values.map { (id($0.key), $0.value) }))
}

/// A writer whose first commit is confirmed.
private func settled(_ values: [String: ComponentValue] = [:]) -> PageWriter {
  var writer = writer(values)
  _ = writer.nextCommit(hold: hold)
  _ = writer.answered(.ok)
  return writer
}

private func click(_ sequence: UInt64) -> PageWriter.StagedEvent {
  let viewer = ViewerID("vvvvvvvvvvvvvvvvvvvvvv")!
  return PageWriter.StagedEvent(
    QueuedEvent(
      entry: "0-\(sequence)",
      record: EventRecord(page: key, viewer: viewer, sequence: sequence, lowest: 1, component: "a", front: "f")))
}

extension Commit {
  fileprivate var changes: [ComponentChange] { if case .changes(let update, _) = update { update.changes } else { [] } }
}

@Suite struct PageWriterTests {
  @Test func `the first commit of an epoch is the page whole`() {
    var writer = writer(["a": value(1)])
    writer.set(id("b"), value(2))

    let commit = writer.nextCommit(hold: hold)

    #expect(commit?.base == nil)
    #expect(commit?.to == v("5-aa:1"))
    #expect(commit?.update == .whole([id("a"): value(1), id("b"): value(2)]))
  }

  @Test func `later commits carry what was staged, and whole values beside it`() {
    var writer = settled(["a": value(1), "c": series(1...2)])
    #expect(!writer.hasWork)
    writer.append(id("c"), Append(head: Array("{}".utf8), points: rows(3...3), keep: 9))
    writer.remove(id("a"))

    let commit = writer.nextCommit(hold: hold)

    #expect(
      commit?.update
        == .changes(
          update("5-aa:1", "5-aa:2", ("a", .remove), ("c", appended(3...3, keep: 9))),
          values: [id("a"): nil, id("c"): series(1...3)]))
  }

  @Test func `what is staged while a commit is under way goes with the next`() {
    var writer = settled(["a": value(1)])
    writer.set(id("a"), value(2))
    _ = writer.nextCommit(hold: hold)
    writer.set(id("a"), value(3))
    _ = writer.answered(.ok)

    #expect(writer.nextCommit(hold: hold)?.changes == [ComponentChange(id("a"), .set(value(3)))])
  }

  @Test func `equal values and absent components stage nothing`() {
    var writer = settled(["a": value(1)])
    writer.set(id("a"), value(1))
    writer.remove(id("x"))
    writer.setPrivate("source.x", nil)

    #expect(!writer.hasWork)
    #expect(writer.nextCommit(hold: hold) == nil)
  }

  @Test func `appends that meet become one`() {
    var writer = settled(["c": series(1...2)])
    for number in 3...6 {
      writer.append(id("c"), Append(head: Array("{}".utf8), points: rows(number...number), keep: 3))
    }

    #expect(writer.nextCommit(hold: hold)?.changes == [ComponentChange(id("c"), appended(4...6, keep: 3))])
  }

  @Test func `an append over a set stays a set, and one to no series starts one`() {
    var writer = settled(["c": series(1...2), "n": value(1)])
    writer.set(id("c"), series(7...8))
    writer.append(id("c"), Append(head: Array("{}".utf8), points: rows(9...9), keep: 9))
    writer.append(id("n"), Append(head: Array("{}".utf8), points: rows(1...5), keep: 2))

    let expected = [ComponentChange(id("c"), .set(series(7...9))), ComponentChange(id("n"), .set(series(4...5)))]
    #expect(writer.nextCommit(hold: hold)?.changes == expected)
  }

  @Test func `an append that keeps nothing is a set`() {
    var writer = settled(["c": series(1...2)])
    writer.append(id("c"), Append(head: Array("{}".utf8), points: rows(3...3), keep: 9))
    writer.append(id("c"), Append(head: Array("{}".utf8), points: rows(4...4), keep: 0))

    #expect(writer.nextCommit(hold: hold)?.changes == [ComponentChange(id("c"), .set(series(nil)))])
  }

  @Test(arguments: 0..<200)
  func `whatever is staged, an update leads to the writer's contents`(seed: Int) {
    var writer = settled(["c": series(1...4), "a": value(1)])
    var view = PageView(snapshot("5-aa:1", ["c": (1, series(1...4)), "a": (1, value(1))]))
    for next in stride(from: 5, to: 100, by: 3) {
      switch Int.random(in: 0..<10) {
      case 0: writer.remove(id("c"))
      case 1: writer.set(id("c"), series(next...(next + 1)))
      case 2: writer.set(id("a"), value(Double(next)))
      case 3:
        guard let commit = writer.nextCommit(hold: hold), case .changes(let update, _) = commit.update else { continue }
        #expect(view.apply(update) == true)
        #expect(writer.answered(.ok) == .proceed)
      default:
        let keep = Int.random(in: 0...5)
        writer.append(id("c"), Append(head: Array("{}".utf8), points: rows(next...(next + 2)), keep: keep))
      }
    }
    if let commit = writer.nextCommit(hold: hold), case .changes(let update, _) = commit.update { #expect(view.apply(update) == true) }

    #expect(view.values == writer.values)
  }

  @Test func `an unknown outcome repeats the commit to the letter`() {
    // producer                         store
    // sends 5-aa:2 {a: 2}
    //                                  executes it; the answer is lost
    // a becomes 3
    // sends 5-aa:2 {a: 2} again, although a is 3 by now
    var writer = settled(["a": value(1)])
    writer.set(id("a"), value(2))
    writer.finish(click(1))
    let first = writer.nextCommit(hold: hold)
    writer.set(id("a"), value(3))

    #expect(writer.nextCommit(hold: hold) == first)

    var regained = first
    regained?.hold.fence = 4
    #expect(writer.nextCommit(hold: LeaseHold(owner: "p1", fence: 4)) == regained)
  }

  @Test func `a new epoch keeps the effects and the events of an unconfirmed commit`() {
    var writer = settled(["a": value(1)])
    writer.set(id("a"), value(2))
    writer.setPrivate("source.n", [1])
    writer.finish(click(1))
    _ = writer.nextCommit(hold: hold)
    writer.finish(click(2))

    #expect(writer.answered(.conflict(v("7-cc:4"))) == .newEpoch(above: 7))
    writer.open(epoch("8-dd"))
    let commit = writer.nextCommit(hold: hold)

    #expect(commit?.base == nil)
    #expect(commit?.to == v("8-dd:1"))
    #expect(commit?.update == .whole([id("a"): value(2)]))
    #expect(commit?.privateState == ["source.n": [1]])
    #expect(commit?.finished.map(\.sequence) == [1, 2])
    #expect(commit?.finished.map(\.reply) == [.applied(v("8-dd:1")), .applied(v("8-dd:1"))])
  }

  @Test func `answers tell what comes next`() {
    func action(_ answer: CommitAnswer) -> PageWriter.Action {
      var writer = settled()
      writer.set(id("a"), value(2))
      _ = writer.nextCommit(hold: hold)
      return writer.answered(answer)
    }
    let other = LeaseRecord(owner: "p2", fence: 9, beat: 1, lineage: "l", generation: 5)

    #expect(action(.ok) == .proceed)
    #expect(action(.noLease) == .askLease)
    #expect(action(.fenced(other)) == .askLease)
    #expect(action(.floor(30)) == .newEpoch(above: 30))
    #expect(action(.floor(2)) == .newEpoch(above: 5))
    #expect(action(.conflict(nil)) == .newEpoch(above: 5))
    #expect(action(.corrupt) == .newEpoch(above: 5))
  }

  @Test func `private state travels beside the page: changes, deletions, and whole with an epoch`() {
    var writer = settled()
    writer.setPrivate("source.a", [1])
    writer.setPrivate("source.b", [2])
    #expect(writer.nextCommit(hold: hold)?.privateState == ["source.a": [1], "source.b": [2]])
    _ = writer.answered(.ok)
    writer.setPrivate("source.a", nil)

    #expect(writer.nextCommit(hold: hold)?.privateState == ["source.a": nil])
    _ = writer.answered(.corrupt)
    writer.open(epoch("6-bb"))
    #expect(writer.nextCommit(hold: hold)?.privateState == ["source.b": [2]])
  }
}
