import DashboardModel
import Testing

@testable import PageSync

/// A page that shows `5-aa:9` and has nothing under way.
private func following() -> FrontPage {
  var page = FrontPage()
  _ = page.start()
  _ = page.subscribed()
  _ = page.wasRead(snapshot("5-aa:9", ["a": (9, value(9))]), ticket: 1)
  return page
}

private func one(_ from: Int, _ number: Double? = nil) -> PageMessage {
  .update(update("5-aa:\(from)", "5-aa:\(from + 1)", ("a", .set(value(number ?? Double(from + 1))))))
}

@Suite struct FrontPageTests {
  @Test func `it reads only when the store confirmed that messages flow`() {
    var page = FrontPage()

    #expect(page.start() == [.subscribe])
    #expect(page.heard(of: v("5-aa:1")) == [])
    #expect(page.tick() == [])
    #expect(page.subscribed() == [.read(ticket: 1)])
    #expect(page.wasRead(snapshot("5-aa:9", ["a": (9, value(9))]), ticket: 1) == [.changed])
    #expect(page.view?.version == v("5-aa:9"))
  }

  @Test func `what arrives during the read is applied after it`() {
    // front                       store
    // subscribed, asks to read
    //                             the read finds 5-aa:9
    //                             8 -> 9 and 9 -> 10 are published
    // hears 8 -> 9 and 9 -> 10
    // gets 5-aa:9
    var page = FrontPage()
    _ = page.subscribed()

    #expect(page.received(one(8)) == [])
    #expect(page.received(one(9)) == [])
    #expect(page.wasRead(snapshot("5-aa:9", ["a": (9, value(9))]), ticket: 1) == [.changed])

    #expect(page.view?.version == v("5-aa:10"))
    #expect(page.view?[id("a")] == value(10))
  }

  @Test func `more than is kept during a read costs one more read`() {
    var page = FrontPage()
    _ = page.subscribed()
    for revision in 0..<1500 { #expect(page.received(one(revision)) == []) }

    #expect(page.wasRead(snapshot("5-aa:9"), ticket: 1) == [.read(ticket: 2), .changed])
    #expect(page.wasRead(snapshot("5-aa:1500"), ticket: 2).first == .changed)
    #expect(page.view?.version == v("5-aa:1500"))
  }

  @Test func `an update that starts at the view is applied, one after a gap is read`() {
    var page = following()

    #expect(page.received(one(9)) == [.changed])
    #expect(page.received(one(11)) == [.read(ticket: 2)])
    #expect(page.view?.version == v("5-aa:10"))
    #expect(page.wasRead(snapshot("5-aa:12", ["a": (12, value(12))]), ticket: 2) == [.changed])
    #expect(page.view?[id("a")] == value(12))
  }

  @Test func `a repeated update is read about, never applied twice`() {
    var page = following()

    #expect(page.received(one(8, 77)) == [.read(ticket: 2)])
    #expect(page.view?[id("a")] == value(9))
    #expect(page.wasRead(snapshot("5-aa:9", ["a": (9, value(9))]), ticket: 2) == [])
  }

  @Test func `an older epoch is ignored, a newer one is read`() {
    var page = following()

    #expect(page.received(.update(update("4-ff:8", "4-ff:900"))) == [])
    #expect(page.received(.moved(to: v("5-aa:4"))) == [])
    #expect(page.received(.moved(to: v("6-bb:1"))) == [.read(ticket: 2)])
    #expect(page.view?.version == v("5-aa:9"))
    #expect(page.wasRead(snapshot("6-bb:1"), ticket: 2) == [.changed])
  }

  @Test func `one read at a time, and another when something was heard meanwhile`() {
    var page = following()

    #expect(page.heard(of: v("5-aa:12")) == [.read(ticket: 2)])
    #expect(page.heard(of: v("5-aa:13")) == [])
    #expect(page.wasRead(snapshot("5-aa:12"), ticket: 2) == [.changed, .read(ticket: 3)])
    #expect(page.heard(of: v("5-aa:12")) == [])
  }

  @Test func `an answer from before the channel was cut is not taken for the new read's`() {
    // front                          store
    // asks to read (ticket 2)
    //                                the read finds 5-aa:10; the answer is under way
    // the channel is cut
    //                                10 -> 11 is published; nobody hears it
    // subscribed, asks again (3)
    // gets the answer to ticket 2
    //                                the second read finds 5-aa:11
    var page = following()
    #expect(page.heard(of: v("5-aa:10")) == [.read(ticket: 2)])
    page.disconnected()
    #expect(page.subscribed() == [.read(ticket: 3)])

    #expect(page.wasRead(snapshot("5-aa:10"), ticket: 2) == [])
    #expect(page.readFailed(ticket: 2) == [])
    #expect(page.wasRead(snapshot("5-aa:11"), ticket: 3) == [.changed])
    #expect(page.view?.version == v("5-aa:11"))
  }

  @Test func `a read that failed is repeated at the next tick`() {
    var page = following()
    _ = page.heard(of: v("5-aa:10"))
    #expect(page.readFailed(ticket: 2) == [])
    #expect(page.owesRead)

    #expect(page.tick() == [.read(ticket: 3)])
    #expect(page.tick() == [])
  }

  @Test func `what leads on without a gap during a read that failed is as good as one`() {
    // front                       store
    // a viewer shows 5-aa:10
    // asks to read
    //                             no answer
    // hears 9 -> 10 and 10 -> 11
    var page = following()
    _ = page.heard(of: v("5-aa:10"))
    _ = page.received(one(9))
    _ = page.received(one(10))

    #expect(page.readFailed(ticket: 2) == [.changed])
    #expect(page.view?.version == v("5-aa:11"))
    #expect(!page.owesRead)
    #expect(page.tick() == [])
  }

  @Test(arguments: [
    // A gap; nothing that leads on; less than was heard of; another epoch.
    [one(9), one(12)], [one(11)], [one(9), one(10)], [one(9), .moved(to: v("6-bb:1"))], [],
  ])
  func `less than that during a read that failed leaves it owed`(arrived: [PageMessage]) {
    var page = following()
    _ = page.heard(of: v("5-aa:12"))
    for message in arrived { _ = page.received(message) }

    _ = page.readFailed(ticket: 2)

    #expect(page.owesRead)
    #expect(page.tick() == [.read(ticket: 3)])
  }

  @Test func `a store that shows less than the view keeps it, and forbids its numbers`() {
    var page = following()

    #expect(page.checked(v("5-aa:3")) == [.read(ticket: 2)])
    #expect(page.wasRead(snapshot("5-aa:3"), ticket: 2) == [.raiseFloor(5)])
    #expect(page.storeIsBehind)
    #expect(page.view?.version == v("5-aa:9"))

    #expect(page.checked(nil) == [.read(ticket: 3)])
    #expect(page.wasRead(nil, ticket: 3) == [.raiseFloor(5)])
    #expect(page.view?.version == v("5-aa:9"))

    #expect(page.received(.moved(to: v("6-bb:1"))) == [.read(ticket: 4)])
    #expect(page.wasRead(snapshot("6-bb:1"), ticket: 4) == [.changed])
    #expect(!page.storeIsBehind)
  }

  @Test func `what arrived while an older answer was read is asked for again`() {
    var page = FrontPage()
    _ = page.subscribed()
    _ = page.wasRead(snapshot("5-aa:9"), ticket: 1)
    _ = page.heard(of: v("5-aa:10"))
    #expect(page.received(one(9)) == [])

    #expect(page.wasRead(snapshot("5-aa:8"), ticket: 2) == [.raiseFloor(5), .read(ticket: 3)])
    #expect(page.wasRead(snapshot("5-aa:10"), ticket: 3) == [.changed])
    #expect(!page.storeIsBehind)
  }

  @Test func `a page the store does not have is absent until it is heard of`() {
    var page = FrontPage()
    _ = page.subscribed()

    #expect(page.wasRead(nil, ticket: 1) == [])
    #expect(page.isAbsent)
    #expect(page.received(.moved(to: v("5-aa:1"))) == [.read(ticket: 2)])
    #expect(page.wasRead(snapshot("5-aa:1"), ticket: 2) == [.changed])
    #expect(!page.isAbsent)
  }

  @Test func `a page that is taken away is gone, and may come again`() {
    var page = following()

    #expect(page.received(.gone) == [.gone])
    #expect(page.view == nil)
    #expect(page.isAbsent)
    #expect(page.received(.moved(to: v("6-bb:1"))) == [.read(ticket: 2)])
    #expect(page.wasRead(snapshot("6-bb:1"), ticket: 2) == [.changed])
  }

  @Test func `a page taken away while it is read is gone`() {
    // front                 store
    // asks to read
    //                       the page is dropped: gone
    //                       the read finds nothing
    // hears gone
    // gets nothing
    var page = following()
    _ = page.heard(of: v("5-aa:10"))
    #expect(page.received(.gone) == [])

    #expect(page.wasRead(nil, ticket: 2) == [.gone])
    #expect(page.isAbsent)
    #expect(!page.storeIsBehind)
  }

  @Test func `a page taken away just after it was read is gone with the next read`() {
    // front                 store
    // asks to read
    //                       the read finds 5-aa:10
    //                       the page is dropped: gone
    // hears gone
    // gets 5-aa:10, asks again
    //                       the read finds nothing
    var page = following()
    _ = page.heard(of: v("5-aa:10"))
    _ = page.received(.gone)

    #expect(page.wasRead(snapshot("5-aa:10"), ticket: 2) == [.changed, .read(ticket: 3)])
    #expect(page.wasRead(nil, ticket: 3) == [.gone])
    #expect(page.isAbsent)
  }

  @Test func `a page that went and came while it was read is not gone`() {
    // front                 store
    // asks to read
    //                       the page is dropped: gone
    //                       the page is made anew: moved to 6-bb:1
    //                       the read finds 6-bb:1
    // hears both, gets 6-bb:1
    var page = following()
    _ = page.heard(of: v("5-aa:10"))
    _ = page.received(.gone)
    _ = page.received(.moved(to: v("6-bb:1")))

    #expect(page.wasRead(snapshot("6-bb:1"), ticket: 2) == [.changed, .read(ticket: 3)])
    #expect(page.wasRead(snapshot("6-bb:1"), ticket: 3) == [])
    #expect(page.view?.version == v("6-bb:1"))
    #expect(!page.isAbsent)
  }

  @Test func `a page dropped while nobody listened is gone in the end`() {
    var page = following()
    page.disconnected()
    _ = page.subscribed()
    _ = page.wasRead(nil, ticket: 2)
    #expect(page.storeIsBehind)

    var actions: [FrontPage.Action] = []
    for check in 1...FrontPage.checksUntilGone {
      #expect(page.view != nil, "at check \(check)")
      actions = page.checked(nil, ownerLives: true)
      if case .read(let ticket)? = actions.first { _ = page.wasRead(nil, ticket: ticket) }
    }

    #expect(actions == [.gone])
    #expect(page.view == nil && page.isAbsent && !page.storeIsBehind)
  }

  @Test func `a missing page is kept as long as nobody could write it anew`() {
    var page = following()
    for check in 1...20 {
      // Its owner is away, or was away at every third check.
      let actions = page.checked(nil, ownerLives: !check.isMultiple(of: 3))
      if case .read(let ticket)? = actions.first { _ = page.wasRead(nil, ticket: ticket) }
      #expect(!actions.contains(.gone))
    }

    #expect(page.view != nil && page.storeIsBehind)
  }
}
