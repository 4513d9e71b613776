import DashboardModel
import PageSync

extension ViewerMessage {
  /// Reads what ``json`` wrote, and what the fixtures say; `nil` for other messages and for what no server sends.
  init?(_ json: JSON) {
    guard let to = json["to"]?.text.flatMap({ Version($0) }) else { return nil }
    switch json["type"]?.text {
    case "full":
      guard case .object(let components)? = json["components"] else { return nil }
      self = .full(to: to, Dictionary(uniqueKeysWithValues: components.list.compactMap(\.component)))
    case let type? where type == "delta" || type == "rebase":
      guard let from = json["from"]?.text.flatMap({ Version($0) }) else { return nil }
      let update = Update(from: from, to: to, changes: Self.changes(json))
      self = type == "delta" ? .delta(update) : .rebase(update)
    default: return nil
    }
  }

  private static func changes(_ json: JSON) -> [ComponentChange] {
    let set = json["set"].members.compactMap(\.component).map { ComponentChange($0.0, .set($0.1)) }
    let append = json["append"].members.compactMap { member -> ComponentChange? in
      guard let id = ComponentID(member.name), let head = member.value["head"], let keep = member.value["keep"]?.double,
        let points = Points(rows: Array((member.value["points"]?.encoded ?? []).dropFirst().dropLast()))
      else { return nil }
      return ComponentChange(id, .append(Append(head: head.encoded, points: points, keep: Int(keep))))
    }
    let remove = json["remove"]?.elements?.compactMap { $0.text.flatMap { ComponentID($0) } } ?? []
    return set + append + remove.map { ComponentChange($0, .remove) }
  }
}

extension JSON? {
  fileprivate var members: [JSON.Member] { if case .object(let members)? = self { members.list } else { [] } }
}

extension JSON.Member {
  var component: (ComponentID, ComponentValue)? {
    guard let id = ComponentID(name), let value = ComponentValue(json: value.encoded) else { return nil }
    return (id, value)
  }
}
