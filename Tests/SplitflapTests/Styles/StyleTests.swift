import DashboardModel
import Foundation
import Testing

@testable import Splitflap

/// Styles are judged as the browser judges them: one list for both, Tests/Wire/styles/styles.json.
@MainActor
struct StyleTests {
  private struct Wire: Decodable {
    let properties, refused, own, harmless, void: [String]
  }

  private static func wire() throws -> Wire {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Wire/styles/styles.json")
    return try JSONDecoder().decode(Wire.self, from: Data(contentsOf: file))
  }

  @Test func `the properties are those of the list`() throws {
    let wire = try Self.wire()

    #expect(Set(Style.Property.allCases.map(\.rawValue)) == Set(wire.properties))
    #expect(wire.own.allSatisfy(Style.isAllowed) && !wire.refused.contains(where: Style.isAllowed))
  }

  @Test func `values are harmless or void as in the list`() throws {
    let wire = try Self.wire()

    #expect(wire.harmless.filter { !StyleValue.isHarmless($0) } == [])
    #expect(wire.void.filter(StyleValue.isHarmless) == [])
  }

  @Test func `what is void is left out, and told of once`() throws {
    var told: [String] = []
    VoidStyles.onVoid = { told.append($0) }
    defer { VoidStyles.onVoid = { _ in } }
    let page = PageInstance(
      Page("/") {
        for _ in 0..<2 { P("x", style: "color: red; behaviour: none; background: url(x); border-left-width: 2px") }
      }, key: try #require(PageKey(dashboard: "index")))

    let id = try #require(ComponentID("e1"))
    let written = String(decoding: try #require(page.draft()?.items[id]).head, as: UTF8.self)

    #expect(written.contains(#""style":{"border-left-width":"2px","color":"red"}"#))
    #expect(told == ["behaviour: none", "background: url(x)"])
  }
}
