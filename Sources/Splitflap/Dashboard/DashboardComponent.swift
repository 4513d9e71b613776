import DashboardModel
import Foundation

/// A component of the dashboard kind (``Number``, ``LineChart``, ``Table``, …): the same types with the same properties as in
/// definition files, with a value from code or from a file's source.
@MainActor
open class DashboardComponent: FramedElement {
  let type: ComponentType
  private(set) var looks: ComponentLooks
  private let binding: SourceBinding?
  /// What code gave it to show; as often as that is new, ``isNew`` grows.
  private(set) var reading: JSON?
  private var failure: String?
  private var revisions = Revisions()

  /// How often definition and reading changed; a page notes which of them it has.
  struct Revisions: Hashable {
    var definition = 1
    var reading = 1
    /// How often what it showed was forgotten.
    var resets = 0
    /// What the frame said last.
    var frame = JSON.Members()
  }

  nonisolated init(_ type: ComponentType, _ looks: ComponentLooks, _ common: Common, reading: JSON?) {
    var looks = looks
    looks.add(common)
    self.type = type
    self.looks = looks
    binding = common.from
    self.reading = reading
    super.init(content: Content())
  }

  /// The properties that all of them have.
  public struct Common: Sendable {
    /// What it shows, if that is a file's source: `source("orders.count")`.
    public var from: SourceBinding?
    public var title: String?
    /// When a value counts as old.
    public var stale: Duration?
    /// Where the title leads.
    public var link: String?
    /// One line under the value.
    public var note: String?

    public init(
      from: SourceBinding? = nil, title: String? = nil, stale: Duration? = nil, link: String? = nil, note: String? = nil
    ) {
      (self.from, self.title, self.stale, self.link, self.note) = (from, title, stale, link, note)
    }
  }

  /// The heading; none when empty.
  public var title: String {
    get { looks.properties["title"]?.text ?? "" }
    set { look { $0.properties["title"] = .string(newValue) } }
  }

  /// One line under the value.
  public var note: String {
    get { looks.properties["note"]?.text ?? "" }
    set { look { $0.properties["note"] = newValue.isEmpty ? nil : .string(newValue) } }
  }

  /// Tells viewers that there is no new value and why; the last one stays. The next value takes it back.
  public func fail(_ reason: String) {
    failure = reason
    revisions.reading += 1
    changed()
  }

  func show(_ reading: JSON) {
    (self.reading, failure) = (reading, nil)
    revisions.reading += 1
    touched()
  }

  /// Forgets what it showed before this reading.
  func begin(with reading: JSON) {
    revisions.definition += 1
    revisions.resets += 1
    show(reading)
  }

  private func look(_ change: (inout ComponentLooks) -> Void) {
    change(&looks)
    revisions.definition += 1
    touched()
  }

  override var kind: String { type.rawValue }

  override func write(into draft: inout PageWriting, as id: ComponentID, on page: PageInstance) {
    super.write(into: &draft, as: id, on: page)
    let known = page.known[id] ?? Revisions(definition: 0, reading: 0)
    page.known[id] = revisions
    if known.definition != revisions.definition { draft.components.append(definition(id)) }
    if known.resets != revisions.resets, known.definition > 0 { draft.restarted.insert(id) }
    let frame = frame
    if known.frame != frame { draft.frames[id] = frame }
    page.known[id]?.frame = frame
    guard known.reading != revisions.reading, binding == nil else { return }
    if let reading { draft.readings[Self.source(of: id)] = reading }
    if let failure { draft.failures[Self.source(of: id)] = failure }
  }

  // MARK: Over a takeover

  /// Whether its last value is to be shown again; curves go on from what was drawn.
  var keepsReading: Bool { true }

  override func memory() -> JSON.Members {
    var members = super.memory()
    members.list += [.init(name: "title", value: .string(title)), .init(name: "note", value: .string(note))]
    members["reading"] = keepsReading ? reading : nil
    return members
  }

  override func origin(of id: ComponentID) -> JSON.Members { definition(id).origin }

  override func remember(_ stored: JSON) {
    super.remember(stored)
    if let title = stored["title"]?.text, title != self.title { self.title = title }
    if let note = stored["note"]?.text, note != self.note { self.note = note }
    if keepsReading, let reading = stored["reading"], reading != self.reading { show(reading) }
  }

  private func definition(_ id: ComponentID) -> ComponentDefinition {
    var definition = ComponentDefinition(id: id, type: type)
    definition.properties = looks.properties
    definition.levels = looks.levels
    definition.stale = looks.stale
    definition.bindings = bindings(binding?.inModel ?? DashboardModel.Binding(source: Self.source(of: id)))
    return definition
  }

  /// What the component reads, given what it is bound to.
  func bindings(_ binding: DashboardModel.Binding) -> [DashboardModel.Binding] { [binding] }

  // No file can name a source so.
  private static func source(of id: ComponentID) -> String { "=\(id)" }

  override func canBecome(_ other: Element) -> Bool {
    super.canBecome(other) && (other as? DashboardComponent)?.binding == binding
  }

  override func become(_ other: Element) {
    super.become(other)
    guard let other = other as? DashboardComponent else { return }
    if other.looks != looks { look { $0 = other.looks } }
    if let reading = other.reading, reading != self.reading { show(reading) }
  }

  override func detach(from page: PageInstance) {
    if let id = id(on: page) { page.known[id] = nil }
    super.detach(from: page)
  }
}

/// A field of a source that a definition file declares.
public struct SourceBinding: Hashable, Sendable {
  let inModel: DashboardModel.Binding

  /// Has the source run now, from a handler or a task. What it says is shown wherever it is bound, soon after.
  @MainActor
  public func refresh() { AppContext.current?.refresh(inModel.source) }
}

/// What a source of the definition files says: `Number(from: source("orders.count"))`. Where several files have a source of
/// this name, `source("shop/orders.count")` names the file; otherwise it is the first by name.
public func source(_ name: String) -> SourceBinding {
  let slash = name.firstIndex(of: "/") ?? name.startIndex
  guard let point = name[slash...].firstIndex(of: ".") else { return SourceBinding(inModel: .init(source: name)) }
  return SourceBinding(
    inModel: .init(source: String(name[..<point]), field: String(name[name.index(after: point)...])))
}
