import DashboardModel
import Foundation
import PageSync
import Testing

/// The fixtures that `Tests/Client/store.test.js` reads as well: one protocol, two languages, one truth.
@Suite struct WireTests {
  struct Fixture: Sendable, CustomTestStringConvertible {
    var name: String
    var given, message, then: JSON
    var testDescription: String { name }
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Wire")

  static let all: [Fixture] = {
    let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    return files.filter { $0.pathExtension == "json" }.flatMap { file -> [Fixture] in
      guard let data = try? Data(contentsOf: file), let json = try? JSON(decoding: data) else { return [] }
      return (json.elements ?? []).compactMap { entry in
        guard let name = entry["name"]?.text, let given = entry["given"], let message = entry["message"],
          let then = entry["then"]
        else { return nil }
        return Fixture(name: name, given: given, message: message, then: then)
      }
    }
  }()

  @Test func `the fixtures are found`() { #expect(Self.all.count > 30) }

  @Test(arguments: all)
  func `a viewer ends where the fixture says`(fixture: Fixture) {
    var viewer = viewer(fixture.given)

    let outcome = ViewerMessage(fixture.message).map { viewer.receive($0) }

    #expect(viewer.version?.description == fixture.then["version"]?.text)
    #expect(sorted(viewer) == sorted(self.viewer(fixture.then)))
    #expect(JSON.bool(outcome == .applied) == fixture.then["applied"])
    if let outcome { #expect(JSON.bool(outcome == .sync) == fixture.then["sync"]) }
  }

  @Test(arguments: all)
  func `a message is written as the fixture has it`(fixture: Fixture) throws {
    guard let message = ViewerMessage(fixture.message) else { return }

    let written = try JSON(decoding: message.json)

    // Members that only a later version knows are not ours to write.
    #expect(canonical(written) == canonical(fixture.message, without: "later"))
  }

  private func viewer(_ state: JSON) -> ViewerPage {
    guard case .object(let components)? = state["components"] else { return ViewerPage() }
    return ViewerPage(
      version: state["version"]?.text.flatMap { Version($0) },
      values: Dictionary(uniqueKeysWithValues: components.list.compactMap(\.component)))
  }

  private func sorted(_ viewer: ViewerPage) -> [String] {
    viewer.values.map { "\($0.key) \(String(decoding: $0.value.json, as: UTF8.self))" }.sorted()
  }

  /// With members in one order, for JSON says nothing by theirs.
  private func canonical(_ json: JSON, without name: String = "") -> JSON {
    switch json {
    case .object(let members):
      let list = members.list.filter { $0.name != name }.map { JSON.Member(name: $0.name, value: canonical($0.value)) }
      return .object(JSON.Members(list.sorted { $0.name < $1.name }))
    case .array(let elements): return .array(elements.map { canonical($0) })
    default: return json
    }
  }
}
