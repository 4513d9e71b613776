import DashboardModel
import Foundation
import PageSync
import TestSupport
import Testing

@testable import Front

/// Events that take longer than an Ajax answer waits, and events that come twice.
@Suite struct EventStatusTests {
  private func front(_ body: (TestFront, ManualProducer, Browser) async throws -> Void) async throws {
    try await TestFront.run({ $0.limits.eventAnswer = .milliseconds(100) }) { front in
      let producer = try await ManualProducer(front.backplane)
      try await producer.begin()
      try await body(front, producer, try await front.browser(on: "board"))
    }
  }

  private func status(_ front: TestFront, _ place: String, _ cookie: String?) async throws -> RawResponse {
    try await front.get("/api/pages/board/\(place)", cookie.map { ["Cookie: \($0)"] } ?? [])
  }

  @Test func `an event that takes long is followed at its own address, to the same end as its repeat`() async throws {
    try await front { front, producer, browser in
      let queued = try await browser.click("a", seq: 1)
      let place = try #require(queued.header("location"))
      #expect(queued.status == 202)

      let pending = try await status(front, place, browser.cookie)
      #expect(pending.status == 202)
      #expect(pending.json["ack"]?["state"] == "queued")
      #expect(pending.header("retry-after") == "1")

      let note = Array(#"{"notices":[{"text":"Saved"}]}"#.utf8)
      try await producer.set(2, at: 2, finishing: 1, EventEnding(note: note))
      let done = try await status(front, place + "&since=5-aa:1", browser.cookie)
      let again = try await browser.click("a", seq: 1)

      #expect(done.status == 200)
      #expect(done.json["ack"]?["to"] == "5-aa:2")
      #expect(done.json["ack"]?["reply"]?["notices"]?.elements?.count == 1)
      #expect(done.json["update"]?["set"]?["a"]?["value"] == 2)
      #expect(again.json["ack"] == done.json["ack"])
      #expect(queued.header("idempotent-replay") == nil)
      #expect(again.header("idempotent-replay") == "true")
    }
  }

  @Test func `an event that removed its own component is answered the same again, and the next one is refused`() async throws {
    try await front { front, producer, browser in
      let queued = try await browser.click("a", seq: 1)
      try await producer.remove(at: 2, finishing: 1)
      while try await browser.poll(since: "5-aa:1").status == 304 {}

      let again = try await browser.click("a", seq: 1)
      let next = try await browser.click("a", seq: 2)
      let other = try await browser.click("a", seq: 1, data: #"{"value":"7"}"#)

      #expect(queued.status == 202)
      #expect(again.status == 200)
      #expect(again.json["ack"]?["to"] == "5-aa:2")
      #expect(again.header("idempotent-replay") == "true")
      #expect(next.status == 404)
      #expect(next.json["ack"]?["reason"] == "unknown_component")
      #expect(other.status == 422)
    }
  }

  @Test func `how an event stands is told to its sender alone`() async throws {
    try await front { front, _, browser in
      let place = try #require(try await browser.click("a", seq: 1).header("location"))
      let other = try await front.browser(on: "board")

      #expect(try await status(front, place, other.cookie).status == 404)
      #expect(try await status(front, place, nil).status == 403)
      #expect(try await status(front, "events/1?client=short", browser.cookie).status == 400)
      #expect(try await status(front, place.replacing("events/1", with: "events/2"), browser.cookie).status == 404)
    }
  }

  @Test(arguments: ["0", "x", "+1", "-1", "1.5", "", "99999999999999999999", "9007199254740992", "1/2"])
  func `what is no sequence has no address`(number: String) async throws {
    try await front { front, _, browser in
      let answer = try await status(front, "events/\(number)?client=\(Browser.tab)", browser.cookie)
      #expect(answer.status == 404)
    }
  }

  @Test func `a status is only read`() async throws {
    try await front { front, _, browser in
      let answer = try await front.post("/api/pages/board/events/1", "{}", browser.headers)
      #expect(answer.status == 405)
    }
  }

  @Test func `a sequence that belongs to another event is refused, and says why`() async throws {
    try await front { _, _, browser in
      _ = try await browser.click("a", seq: 1)

      let other = try await browser.click("a", seq: 1, data: #"{"value":"7"}"#)
      let same = try await browser.click("a", seq: 1)

      #expect(other.status == 422)
      #expect(other.json["error"]?["code"] == "seq_taken")
      #expect(other.json["error"]?["field"] == "seq")
      #expect(same.status == 202)
      #expect(same.header("idempotent-replay") == "true")
    }
  }
}
