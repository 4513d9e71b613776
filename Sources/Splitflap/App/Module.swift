import Crypto
import DashboardModel
import Foundation
import PageSync
import Producer

/// The drawing of a component type of your own: one ES module that exports `create(element, definition)` and
/// `update(element, value)`, as those in `client/components` do.
///
/// ```swift
/// var modules: [Module] { [Module("my-gauge", source: "export function create(element) { … }")] }
/// ```
/// The producer publishes it, every front serves it under an address made of its contents, and browsers check that it is
/// what the page says (SHA-384). It runs under the page's content policy: it can fetch nothing from elsewhere.
public struct Module: Hashable, Sendable {
  let type: String
  let source: String

  /// `type` is small letters, digits and `-`, and no type that Splitflap has.
  public init(_ type: String, source: String) {
    precondition(
      ComponentID.isValid(type) && ComponentType(rawValue: type) == nil,
      "a module's type is small letters, digits and \"-\", and none of Splitflap's own; \"\(type)\" is not")
    self.type = type
    self.source = source
  }

  /// The name of the page that carries it to the fronts.
  var dashboard: String { "\(Self.prefix)\(hash)" }

  static let prefix = "module-"

  private var hash: String {
    SHA256.hash(data: Data(source.utf8)).prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  var inModel: PageFace.Module {
    let digest = Data(SHA384.hash(data: Data(source.utf8))).base64EncodedString()
    return PageFace.Module(type: type, path: "modules/\(hash).js", integrity: "sha384-\(digest)")
  }

  var definition: DashboardDefinition {
    // Without a title it is in no list of dashboards.
    var definition = DashboardDefinition(name: dashboard, title: "")
    definition.access.actIsOpen = false
    return definition
  }

  /// All that its page ever says.
  func draft(life: UInt64) -> PageDraft {
    var draft = PageDraft(life: life, number: 1)
    draft.face = PageFace(title: "")
    if let id = ComponentID("source") { draft.items[id] = ComponentValue(["source": .string(source)]) }
    return draft
  }
}

/// A component that a ``Module`` of the app draws.
///
/// ```swift
/// Drawn("my-gauge", ["max": 10], value: 3)
/// ```
@MainActor
public final class Drawn: FramedElement {
  private let type: String
  private let properties: JSON
  private var content: JSON

  /// `properties` are what the module's `create` gets, `value` is what its `update` gets.
  public nonisolated init(_ type: String, _ properties: some Encodable = [String: String](), value: some Encodable) {
    self.type = type
    self.properties = JSON(encoding: properties)
    content = JSON(encoding: value)
    super.init(content: Content())
  }

  /// As the store has it.
  init(_ type: String, stored properties: JSON) {
    (self.type, self.properties, content) = (type, properties, .null)
    super.init(content: Content())
  }

  public func show(_ value: some Encodable) { show(JSON(encoding: value)) }

  private func show(_ content: JSON) {
    self.content = content
    touched()
  }

  override var kind: String { type }

  override func write(into draft: inout PageWriting, as id: ComponentID, on page: PageInstance) {
    super.write(into: &draft, as: id, on: page)
    var members = JSON.Members([.init(name: "type", value: .string(type))])
    if case .object(let own) = properties { members.list += own.list.filter { $0.name != "type" } }
    // Without a title browsers would make one of the id, which nobody chose.
    if members["title"] == nil { members["title"] = "" }
    members.list.removeAll { ["on", "hidden", "classes"].contains($0.name) }
    members.list += frame.list
    draft.drawn[id] = .object(members)
    if case .object = content { draft.items[id] = ComponentValue(content) } else { draft.items[id] = ComponentValue(["value": content]) }
  }

  override func memory() -> JSON.Members {
    var members = super.memory()
    members["content"] = content
    return members
  }

  override func origin(of id: ComponentID) -> JSON.Members {
    JSON.Members([.init(name: "type", value: .string(type)), .init(name: "properties", value: properties)])
  }

  override func remember(_ stored: JSON) {
    super.remember(stored)
    if let content = stored["content"], content != self.content { show(content) }
  }

  override func canBecome(_ other: Element) -> Bool {
    super.canBecome(other) && (other as? Drawn)?.type == type && (other as? Drawn)?.properties == properties
  }

  override func become(_ other: Element) {
    super.become(other)
    if let other = other as? Drawn, other.content != content { show(other.content) }
  }
}
