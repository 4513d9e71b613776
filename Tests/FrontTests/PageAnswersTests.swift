import DashboardModel
import NIOCore
import PageSync
import Testing
import WebServer

@testable import Front

@Suite struct PageAnswersTests {
  private static let epoch = Epoch(generation: 5, nonce: 0xaa)
  private static let plain = PageStanding(condition: .fresh)

  private static func version(_ revision: UInt64) -> Version { Version(epoch: epoch, revision: revision) }

  /// A page at `revision` whose one component is `bytes` long and changed last just now.
  private func view(at revision: UInt64, bytes: Int) -> PageView {
    let text = ComponentValue(["value": .string(String(repeating: "x", count: bytes))])
    let stored = Snapshot.StoredValue(revision: revision, value: text)
    return PageView(Snapshot(version: Self.version(revision), components: [ComponentID("a")!: stored]))
  }

  private func text(_ answer: WebAnswer) -> String {
    guard case .bytes(let bytes) = answer else { return "" }
    return String(buffer: bytes)
  }

  @Test func `made-up versions fill neither the number nor the size that is kept, and get the whole page beyond`() {
    for (bytes, most) in [(10, PageAnswers.most), (1 << 19, 4)] {
      let (answers, view) = (PageAnswers(isPublic: true), view(at: 1000, bytes: bytes))

      let kinds = (1...UInt64(most + 5)).map { revision in
        let answer = text(answers.poll(view, PollWish(since: Self.version(revision)), Self.plain))
        return answer.contains(#""type":"delta""#) ? "delta" : answer.contains(#""type":"full""#) ? "full" : answer
      }

      #expect(answers.count == most)
      #expect(kinds == Array(repeating: "delta", count: most) + Array(repeating: "full", count: 5))
    }
  }

  @Test func `what was made for a poll serves frames too`() {
    let (answers, view) = (PageAnswers(isPublic: true), view(at: 9, bytes: 1000))
    let json = answers.json(view, since: Self.version(4)).map { String(buffer: $0) } ?? "none"

    let poll = text(answers.poll(view, PollWish(since: Self.version(4)), Self.plain))
    let frame = answers.frame(view, since: Self.version(4), compressed: false)

    #expect(poll.hasSuffix("\r\n\r\n" + json))
    #expect(frame.map { String(buffer: $0).hasSuffix(json) } == true)
    #expect(answers.count == 1)
  }

  @Test func `nobody is sent what is not newer`() {
    let (answers, view) = (PageAnswers(isPublic: true), view(at: 9, bytes: 10))

    #expect(answers.frame(view, since: Self.version(9), compressed: true) == nil)
    #expect(answers.json(view, since: Self.version(12)) == nil)
    #expect(text(answers.poll(view, PollWish(since: Self.version(9)), Self.plain)).hasPrefix("HTTP/1.1 304 "))
  }

  @Test func `a copy that came as gzip is confirmed under its own tag, with what it depends on and the time`() {
    let (answers, view) = (PageAnswers(isPublic: true), view(at: 9, bytes: 10))

    for (isGzip, tag) in [(true, "\"5-aa:9/all-gzip\""), (false, "\"5-aa:9/all\"")] {
      let answer = text(answers.poll(view, PollWish(since: Self.version(9), gzip: true, holdsGzip: isGzip), Self.plain))

      #expect(answer.contains("\r\nETag: \(tag)\r\n"))
      #expect(answer.contains("\r\nVary: Accept-Encoding\r\n"))
      #expect(answer.contains(/\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n/))
    }
  }

  @Test func `a fresh copy is not confirmed while the page is stale, nor a stale one at all`() {
    let (answers, view) = (PageAnswers(isPublic: true), view(at: 9, bytes: 10))
    let stale = PageStanding(condition: .stale(reason: "No producer is running", ageMilliseconds: 3000))

    let byTag = answers.poll(view, PollWish(since: Self.version(9), isByTag: true), stale)
    let byVersion = answers.poll(view, PollWish(since: Self.version(9)), stale)

    guard case .response(let whole) = byTag, case .response(let nothing) = byVersion else { return #expect(Bool(false)) }
    #expect(whole.status == .ok)
    #expect(nothing.status == .notModified)
    #expect(whole.headers["Page-State"] == ["stale"])
    #expect(whole.headers["ETag"] == ["\"5-aa:9/all-stale\""])
    #expect(EntityTag(whole.headers["ETag"].first).copy(of: Self.version(9)) == nil)
  }

  @Test func `when to ask again is said to each who asks, and to no cache for longer than its copy lasts`() {
    let (answers, view) = (PageAnswers(isPublic: true), view(at: 9, bytes: 10))
    let silent = PageStanding(condition: .fresh, nextPoll: .milliseconds(1050))

    let byTag = answers.poll(view, PollWish(since: Self.version(9), isByTag: true), silent)
    let byVersion = answers.poll(view, PollWish(since: Self.version(9)), silent)

    guard case .response(let whole) = byTag, case .response(let nothing) = byVersion else { return #expect(Bool(false)) }
    #expect([whole.status, nothing.status] == [.ok, .notModified])
    #expect([whole.headers["Poll-After"], nothing.headers["Poll-After"]] == [["1.05"], ["1.05"]])
    #expect(nothing.headers["Page-State"] == [])
    #expect(EntityTag(whole.headers["ETag"].first).copy(of: Self.version(9)) == nil)
    #expect(!text(answers.poll(view, PollWish(since: Self.version(9)), Self.plain)).contains("Poll-After"))
  }

  @Test(arguments: [
    ("\"5-aa:9/all\"", EntityTag.Copy.plain), ("W/\"5-aa:9/all-gzip\"", .gzip), ("\"5-aa:8/all\", \"5-aa:9/all-gzip\"", .gzip),
    ("\"5-aa:8/all\"", nil), ("5-aa:9/all", nil), ("\"5-aa:9\"", nil), ("*", nil), ("", nil), ("W/", nil), ("\"", nil), (", ,", nil),
  ])
  func `a tag names the copy that is held`(value: String, copy: EntityTag.Copy?) {
    #expect(EntityTag(value).copy(of: Self.version(9)) == copy)
  }
}
