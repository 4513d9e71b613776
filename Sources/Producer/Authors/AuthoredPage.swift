import DashboardModel

/// What the board knows of a page that an author writes.
struct AuthoredPage {
  let life: UInt64
  /// The number of the draft that is staged next.
  var nextDraft: UInt64 = 1
  /// Drafts that overtook another on the way here. Bounded: an author waits for one before it hands in the next but one.
  var early: [UInt64: PageDraft] = [:]
  var face: PageFace?
  /// In the order in which they came.
  var components: [ComponentDefinition] = []
  /// Definitions of components that a module draws.
  var drawn: [ComponentID: JSON] = [:]
  /// What is said of components' frames.
  var frames: [ComponentID: JSON.Members] = [:]
  /// What its components read: what code gave, and copies of the files' sources they are bound to.
  var sources: [String: SourceState] = [:]

  /// Nothing is committed before the first draft.
  var isBlank: Bool { nextDraft == 1 }

  init(life: UInt64) { self.life = life }

  /// The value of the item `@page`.
  func pageItem(_ definition: DashboardDefinition) -> ComponentValue {
    var definition = definition
    definition.components = components
    definition.title = face?.title ?? definition.title
    guard let face, case .object(var item) = definition.pageItem else { return ComponentValue(definition.pageItem) }
    item["order"] = []
    item["root"] = .array(face.root.map { .string($0.name) })
    item["components"] = item["components"].map(withOwn)
    item["favicon"] = face.favicon.map(JSON.string)
    item["redirect"] = face.redirect.map(JSON.string)
    item["on"] = face.listeners
    if !face.modules.isEmpty {
      item["modules"] = .object(JSON.Members(face.modules.map { module in
        JSON.Member(
          name: module.type, value: ["path": .string(module.path), "integrity": .string(module.integrity)])
      }))
    }
    return ComponentValue(.object(item))
  }

  private func withOwn(_ components: JSON) -> JSON {
    guard case .object(var members) = components else { return components }
    for (id, definition) in drawn.sorted(by: { $0.key < $1.key }) { members[id.name] = definition }
    for (id, frame) in frames {
      guard case .object(var definition)? = members[id.name] else { continue }
      definition.list += frame.list
      members[id.name] = .object(definition)
    }
    return .object(members)
  }

  mutating func take(_ component: ComponentDefinition) {
    if let index = components.firstIndex(where: { $0.id == component.id }) {
      components[index] = component
    } else {
      components.append(component)
    }
  }
}

extension PageDraft {
  fileprivate var changesPageItem: Bool {
    face != nil || !components.isEmpty || !drawn.isEmpty || !frames.isEmpty || !removed.isEmpty
  }
}

extension LivePage {
  /// Stages a draft.
  func take(_ draft: PageDraft, _ definition: DashboardDefinition, now: Moment) {
    let isFirst = authored?.isBlank ?? true
    if isFirst { clear(keeping: draft) }
    for (id, value) in draft.items { stage(ComponentChange(id, .set(value))) }
    for id in draft.removed { remove(id) }
    for component in draft.components { adopt(component, restoring: !draft.restarted.contains(component.id)) }
    for (id, definition) in draft.drawn { authored?.drawn[id] = definition }
    for (id, frame) in draft.frames { authored?.frames[id] = frame }
    if let face = draft.face { authored?.face = face }
    if draft.changesPageItem, let authored { writer.set(.page, authored.pageItem(definition)) }
    for (name, value) in draft.readings { authored?.sources[name, default: SourceState()].apply(.value(value, at: now)) }
    for (name, reason) in draft.failures {
      authored?.sources[name, default: SourceState()].apply(.failure(reason: reason, since: now))
    }
    let news = Set(draft.readings.keys).union(draft.failures.keys), sources = authored?.sources ?? [:]
    let fresh = Set(draft.components.map(\.id))
    for (id, engine) in engines where fresh.contains(id) || !engine.sourceNames.isDisjoint(with: news) {
      stage(engines[id]?.update(sources, now: now))
    }
    for (name, bytes) in draft.privateState { writer.setPrivate(name, bytes) }
  }

  // What the previous life showed under other ids; its dashboard components go on from their values.
  private func clear(keeping draft: PageDraft) {
    let kept = Set(draft.components.map(\.id)).union(draft.items.keys)
    for id in writer.values.keys where id != .page && !kept.contains(id) { writer.remove(id) }
  }

  private func remove(_ id: ComponentID) {
    writer.remove(id)
    engines[id] = nil
    authored?.components.removeAll { $0.id == id }
    authored?.drawn[id] = nil
    authored?.frames[id] = nil
  }

  private func adopt(_ component: ComponentDefinition, restoring: Bool) {
    var engine = ComponentEngine(component)
    if restoring, let value = writer.values[component.id], typesShown[component.id.name] == component.type.rawValue {
      engine.restore(from: value)
    }
    engines[component.id] = engine
    authored?.take(component)
  }
}
