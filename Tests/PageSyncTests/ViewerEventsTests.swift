import DashboardModel
import Foundation
import PageSync
import Testing

/// The fixtures that `Tests/Client/event_queue_wire.test.js` reads as well.
@Suite struct ViewerEventsTests {
  struct Fixture: Sendable, CustomTestStringConvertible {
    var name: String
    var steps: [JSON]
    var testDescription: String { name }
  }

  static let all: [Fixture] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Wire/events/event_queue.json")
    guard let data = try? Data(contentsOf: file), let json = try? JSON(decoding: data) else { return [] }
    return (json.elements ?? []).compactMap { entry in
      guard let name = entry["name"]?.text, let steps = entry["steps"]?.elements else { return nil }
      return Fixture(name: name, steps: steps)
    }
  }()

  @Test func `the fixtures are found`() { #expect(Self.all.count >= 8) }

  @Test(arguments: all)
  func `events go out as the fixture says`(fixture: Fixture) {
    var events = ViewerEvents()

    for step in fixture.steps {
      if let count = number(step["add"]) { for _ in 0..<count { _ = events.add("click") } }
      if step["reconnect"] != nil { events.reconnected() }
      if let word = step["answer"]?.text, let sequence = number(step["seq"]) {
        _ = events.answered(UInt64(sequence), answer(word, step), now: .milliseconds(number(step["now"]) ?? 0))
      }
      if let now = number(step["take"]) {
        let sent = events.take(now: .milliseconds(now), over: step["over"]?.text == "ajax" ? .ajax : .socket)
        let expected = (step["then"]?.elements ?? []).map { $0.elements?.map { number($0) } }
        #expect(sent.map { [Int($0.sequence), Int($0.lowest)] } == expected)
      }
    }
  }

  private func number(_ json: JSON?) -> Int? { json?.double.map { Int($0) } }

  private func answer(_ word: String, _ step: JSON) -> ViewerEvents.Answer {
    switch word {
    case "applied": .applied
    case "queued": .queued
    case "retry": .retry(after: .seconds(number(step["after"]) ?? 0))
    case "gap": .gap(expected: UInt64(number(step["expected"]) ?? 0))
    default: .failed
    }
  }
}
