import DashboardModel
import Foundation
import Testing

@testable import Front

@Suite struct EventTests {
  private static let hello = ["hello.yml": "title: Hello\nscope: viewer\nact: anyone\ncomponents: { hi: { type: hello }, again: { type: hello } }\n"]

  @Test func `a click comes back applied, with what it changed, and the same again when it is repeated`() async throws {
    try await TestFront.run(Self.hello) { front in
      let browser = try await front.browser(on: "hello")
      #expect(try await browser.poll().json["components"]?["hi"]?["value"] == 0)

      let answer = try await browser.click("hi", seq: 1)
      let again = try await browser.click("hi", seq: 1)
      let second = try await browser.click("hi", seq: 2)

      #expect(answer.status == 200)
      #expect(answer.json["ack"]?["state"] == "applied")
      #expect(answer.json["update"]?["components"]?["hi"]?["value"] == 1)
      #expect(again.json["ack"] == answer.json["ack"])
      #expect(second.json["update"]?["components"]?["hi"]?["value"] == 2)
      #expect(second.json["update"]?["components"]?["again"]?["value"] == 0)
    }
  }

  @Test func `each session has its own page, whatever tab it names`() async throws {
    try await TestFront.run(Self.hello) { front in
      let mine = try await front.browser(on: "hello")
      let other = try await front.browser(on: "hello")
      _ = try await mine.poll()
      _ = try await mine.click("hi", seq: 1)

      #expect(try await mine.poll().json["components"]?["hi"]?["value"] == 1)
      #expect(try await other.poll().json["components"]?["hi"]?["value"] == 0)
      #expect(try await front.get("/api/pages/hello?client=\(Browser.tab)").status == 403)
      #expect(try await front.get("/api/pages/hello?client=short", ["Cookie: \(mine.cookie)"]).status == 400)
      #expect(try await front.get("/api/pages/hello?client=\(Browser.tab)", ["Cookie: \(mine.cookie)x"]).status == 403)
    }
  }

  @Test func `what is skipped is asked for, what is not there is said`() async throws {
    try await TestFront.run(Self.hello) { front in
      let browser = try await front.browser(on: "hello")
      _ = try await browser.poll()
      _ = try await browser.click("hi", seq: 1)

      let gap = try await browser.click("hi", seq: 9, lo: 1)
      let unknown = try await browser.click("nothing", seq: 2)

      #expect(gap.json["ack"] == ["type": "ack", "seq": 9, "state": "gap", "expected": 2])
      #expect(unknown.status == 404)
      #expect(unknown.json["ack"]?["reason"] == "unknown_component")
    }
  }

  @Test func `an event needs its token, its origin, its session and its type`() async throws {
    try await TestFront.run { front in
      try await ManualProducer(front.backplane).begin()
      let browser = try await front.browser(on: "board")
      let path = "/api/pages/board/events"
      func status(_ headers: [String], _ body: String = "{}") async throws -> Int {
        try await front.post(path, body, headers).status
      }
      let (cookie, origin, type, csrf) = (browser.headers[0], browser.headers[1], browser.headers[2], browser.headers[3])

      #expect(try await browser.click("a", seq: 1, without: "Splitflap-CSRF").status == 403)
      #expect(try await browser.click("a", seq: 1, without: "Cookie").status == 403)
      #expect(try await browser.click("a", seq: 1, without: "Content-Type").status == 415)
      #expect(try await status([cookie, type, csrf, "Origin: http://evil.example"]) == 403)
      #expect(try await status([cookie, type, csrf, "Origin: null"]) == 403)
      #expect(try await status([cookie, origin, csrf, "Content-Type: text/plain"]) == 415)
      #expect(try await status([cookie, origin, type, "Splitflap-CSRF: \(browser.csrf)x"]) == 403)
      #expect(try await status(["Cookie: splitflap=" + String(repeating: "a", count: 5120), origin, type, csrf]) == 403)
      #expect(try await status(browser.headers, "[]") == 400)
      #expect(try await status(browser.headers, String(repeating: "a", count: 65_537)) == 413)
    }
  }

  @Test func `where nobody may act an event is refused`() async throws {
    try await TestFront.run { front in
      try await ManualProducer(front.backplane).begin(act: false)
      let browser = try await front.browser(on: "board")

      let answer = try await browser.click("a", seq: 1)

      #expect(answer.status == 403)
      #expect(answer.json["ack"]?["reason"] == "not_allowed")
    }
  }

  @Test func `an event nobody works off is answered as queued`() async throws {
    try await TestFront.run({ $0.limits.eventAnswer = .milliseconds(100) }) { front in
      try await ManualProducer(front.backplane).begin()
      let browser = try await front.browser(on: "board")

      let answer = try await browser.click("a", seq: 1)

      #expect(answer.status == 202)
      #expect(answer.json["ack"]?["state"] == "queued")
    }
  }

  @Test func `more events than the rate are refused for a while`() async throws {
    try await TestFront.run({
      $0.limits.eventBurst = 1
      $0.limits.eventsPerSecond = 0.1
      $0.limits.eventAnswer = .milliseconds(1)
    }) { front in
      try await ManualProducer(front.backplane).begin()
      let browser = try await front.browser(on: "board")
      let first = try await browser.click("a", seq: 1)

      let answer = try await browser.click("a", seq: 2, lo: 1)

      #expect(first.status == 202)

      #expect(answer.status == 429)
      #expect(answer.header("retry-after").flatMap { Int($0) }.map { (1...10).contains($0) } == true)
    }
  }
}
