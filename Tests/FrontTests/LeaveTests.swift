import DashboardModel
import PageSync
import TestSupport
import Testing

@testable import Front

/// A tab says that it is being unloaded, over either transport.
@Suite struct LeaveTests {
  private static let leave = "/api/pages/board/leave?client=\(Browser.tab)"

  private func queued(_ front: TestFront) async throws -> [EventRecord] {
    try await front.backplane.newEvents(0, after: nil, limit: 10, wait: .zero).map(\.record)
  }

  @Test func `a tab that polls says goodbye`() async throws {
    try await TestFront.run { front in
      let producer = try await ManualProducer(front.backplane)
      try await producer.begin { $0.scope = .viewer }
      let browser = try await front.browser(on: "board")
      try await producer.beat()

      let answer = try await front.post(Self.leave, "", browser.headers)

      #expect(answer.status == 204)
      let events = try await queued(front)
      #expect(events.map(\.kind) == [.leave] && events.first?.page.viewer != nil)
    }
  }

  @Test(arguments: ["Cookie", "Origin", "Splitflap-CSRF"])
  func `nobody else says it for the tab`(missing: String) async throws {
    try await TestFront.run { front in
      try await ManualProducer(front.backplane).begin { $0.scope = .viewer }
      let browser = try await front.browser(on: "board")
      let headers = browser.headers.filter { !$0.hasPrefix(missing) }

      let answer = try await front.post(Self.leave, "", headers + (missing == "Origin" ? ["Origin: http://evil.example"] : []))

      #expect(answer.status == 403)
      #expect(try await queued(front).isEmpty)
    }
  }

  @Test(arguments: [(1001, [EventRecord.Kind.open, .leave]), (1000, [.open])])
  func `a socket that ends because its page is unloaded is a goodbye`(code: Int, kinds: [EventRecord.Kind]) async throws {
    try await TestFront.run { front in
      let producer = try await ManualProducer(front.backplane)
      try await producer.begin { $0.scope = .viewer }
      let browser = try await front.browser(on: "board")
      let socket = try await front.socket("board", headers: ["Cookie: \(browser.cookie)", "Origin: http://localhost"])
      while try await queued(front).isEmpty { try await Task.sleep(for: .milliseconds(5)) }
      try await producer.open(try #require(try await queued(front).first).page.description)
      _ = try await socket.next()

      try await socket.send(8, bytes: [UInt8(code >> 8), UInt8(code & 255)])
      #expect(try await socket.next() == .number(Double(code)))
      for _ in 0..<100 where try await queued(front).count < 2 { try await Task.sleep(for: .milliseconds(5)) }

      #expect(try await queued(front).map(\.kind) == kinds)
    }
  }
}
