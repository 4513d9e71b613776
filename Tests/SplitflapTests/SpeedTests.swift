import DashboardModel
import Foundation
import Testing

@testable import Hello
@testable import Splitflap

/// Costs, printed; the limits hold for a debug build on a busy machine.
@MainActor
@Suite(.serialized)
struct SpeedTests {
  @Test func `a million property sets are one flush`() throws {
    let count = Div()
    let page = PageInstance(Page("/") { count }, key: try #require(PageKey(dashboard: "index")))
    _ = page.draft()
    let texts = ["one", "two"]
    let start = ContinuousClock.now

    for number in 0..<1_000_000 { count.text = texts[number & 1] }

    let took = ContinuousClock.now - start
    print("a million property sets: \(took)")
    #expect(try #require(page.draft()).items.count == 1)
    #expect(page.draft() == nil)
    #expect(took < .seconds(5))
  }

  @Test func `ten thousand viewers' pages are small in a producer`() async throws {
    let producer = try await BenchProducer { HelloTest() }
    try await producer.open(100)
    let before = Self.residentBytes

    try await producer.open(10_000)

    let each = (Self.residentBytes - before) / 10_000
    print("a viewer's page of ten hellos in a producer: \(each) bytes")
    #expect(each < 20 * 1024)
  }

  @Test func `pages that come and go leave nothing behind`() throws {
    let page = try #require(HelloTest().pages.first)
    func round(_ count: Int) throws {
      for number in 0..<count {
        let viewer = try #require(ViewerID("viewer-\(1_000_000_000 + number)"))
        let instance = PageInstance(page, key: try #require(PageKey(dashboard: "index", viewer: viewer)))
        _ = instance.draft()
        instance.end()
      }
    }
    try round(2000)
    let before = Self.residentBytes

    try round(20_000)

    let grown = Self.residentBytes - before
    print("20,000 pages made and ended: \(grown) bytes more")
    #expect(grown < 20 << 20)
  }

  /// What the kernel says this process holds.
  private static var residentBytes: Int {
    let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ").dropFirst().first
    return (pages.flatMap { Int($0) } ?? 0) * 4096
  }
}
