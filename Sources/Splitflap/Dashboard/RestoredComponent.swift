import DashboardModel
import Foundation

/// A dashboard component that code had added to a page, as the store has it: all it said, without the handlers.
@MainActor
final class RestoredComponent: DashboardComponent {
  private let own: [DashboardModel.Binding]

  fileprivate init(_ type: ComponentType, _ looks: ComponentLooks, _ bindings: [DashboardModel.Binding]) {
    own = bindings
    let source = bindings.first.flatMap { $0.source.hasPrefix("=") ? nil : SourceBinding(inModel: $0) }
    let common = Common(from: source, title: looks.properties["title"]?.text, stale: looks.stale.map { .seconds($0) })
    super.init(type, looks, common, reading: nil)
  }

  override func bindings(_ binding: DashboardModel.Binding) -> [DashboardModel.Binding] { own }
}

/// The store's copy of what a framed element is, for those that no block of the program makes anew.
extension FramedElement {
  static let origin = "made"

  /// The element again that wrote this.
  static func restored(_ stored: JSON) -> FramedElement? {
    guard let made = stored[origin], let type = made["type"]?.text else { return nil }
    let element: FramedElement? =
      ComponentType(rawValue: type).map { RestoredComponent($0, looks(made), decoded(made["bindings"]) ?? []) }
      ?? Drawn(type, stored: made["properties"] ?? [:])
    element?.isAdded = true
    element?.remember(stored)
    return element
  }

  private static func looks(_ made: JSON) -> ComponentLooks {
    var looks = ComponentLooks()
    if case .object(let properties)? = made["properties"] { looks.properties = properties }
    looks.levels = decoded(made["levels"]) ?? []
    looks.stale = made["stale"]?.double
    return looks
  }

  private static func decoded<Value: Decodable>(_ json: JSON?) -> Value? {
    json.flatMap { try? JSON.decode(Value.self, from: $0.encoded) }
  }
}

extension ComponentDefinition {
  /// What ``FramedElement/restored(_:)`` reads.
  var origin: JSON.Members {
    var members = JSON.Members([.init(name: "type", value: .string(type.rawValue))])
    members["properties"] = .object(properties)
    members["levels"] = levels.isEmpty ? nil : JSON(encoding: levels)
    members["stale"] = stale.map(JSON.number)
    members["bindings"] = bindings.isEmpty ? nil : JSON(encoding: bindings)
    return members
  }
}
