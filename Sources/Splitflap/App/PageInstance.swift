import DashboardModel
import PageSync
import Producer

/// A live page: the elements that one description of a ``Page`` was made into, for everybody or for one viewer.
@MainActor
public final class PageInstance: CellKeeper {
  /// The heading, for everybody on this page.
  public var title: String { didSet { faceChanged() } }
  /// An emoji or `data:image/…`, for everybody on this page.
  public var favicon: String? { didSet { faceChanged() } }
  /// Sends everybody on this page elsewhere; an address that begins with `/` is below the app's own root.
  public var redirect: String? { didSet { faceChanged() } }
  /// What stood in the address: the parts in braces of its route, and its query.
  public let parameters: [String: String]

  /// Stands for the page itself in events that happen to no element; most pages have no need of it.
  private(set) var whole: Element?
  let key: PageKey
  let life: UInt64
  private(set) var nodes: [Node] = []
  private(set) var elements: [ComponentID: Element] = [:]
  private var counts = (built: 0, made: 0, additions: 0)
  /// What the drafts so far said of dashboard components.
  var known: [ComponentID: DashboardComponent.Revisions] = [:]
  private var changes = PageChanges()
  private var nextDraft: UInt64 = 1
  /// Classes in use so far; the rules of those that are not any more do no harm, as long as they are few.
  private var classes: Set<String> = []
  private static let mostClasses = 500
  private var kept: [String: [UInt8]]
  /// The block has been made: what comes from now on is added.
  private var isBuilt = false
  private var hasEnded = false
  /// When a draft was made last, for whoever hands them in.
  var draftedAt: Duration?
  /// Whether its elements are nobody else's: those of a viewer's page, but for the first of its kind. That one may have
  /// made the program's own: globals are made when they are used first.
  let ownsElements: Bool
  private static var kinds: Set<String> = []
  private let modules: [PageFace.Module]
  private let onChange: (PageInstance) -> Void
  /// What bodies can reach, whoever has them made anew.
  private let context = AppContext.current

  /// `stored` is what the store has of it; `onChange` is told of the first change after each draft; `beforeBuilding` may
  /// have values kept that the content reads.
  init(
    _ page: Page, key: PageKey, life: UInt64 = 1, stored: StoredPage? = nil,
    onChange: @escaping (PageInstance) -> Void = { _ in }, beforeBuilding: (PageInstance) -> Void = { _ in }
  ) {
    (self.key, self.life, self.onChange) = (key, life, onChange)
    title = page.title
    favicon = page.favicon
    parameters = page.definition.variables.values(with: key.parameters)
    kept = stored?.privateState ?? [:]
    modules = page.modules
    let isShell = page.scope == .viewer && key.viewer == nil
    ownsElements = key.viewer != nil && !Self.kinds.insert(key.dashboard).inserted
    beforeBuilding(self)
    if !isShell { build(page.content(self).nodes, stored) }
    faceChanged()
  }

  /// The browser whose page this is, the same for all its tabs; `nil` where all see the same.
  public var session: String? { key.viewer?.session }

  /// The value of a parameter, empty when the address did not say it.
  public subscript(parameter: String) -> String { parameters[parameter] ?? "" }

  /// Answers keys that are pressed anywhere on this page, but not while a viewer types into a field:
  /// `page.on(.keyDown, .keys("n")) { … }`. An element that has the focus is told first.
  public func on(
    _ event: EventName, _ options: EventOptions = EventOptions(),
    perform: @escaping @MainActor (Event) async throws -> Void
  ) {
    precondition(
      event == .keyDown || event == .keyUp, "a page hears of keyDown and keyUp; \(event.name) happens to an element")
    let whole = whole ?? Element(content: Content())
    whole.on(event, options, perform: perform)
    self.whole = whole
    faceChanged()
  }

  /// The first element of a type, from the top.
  public func first<Found: Element>(_ type: Found.Type) -> Found? { all(type).first }

  /// All elements of a type, from the top.
  public func all<Found: Element>(_ type: Found.Type) -> [Found] { all(type, in: nil) }

  /// All elements of a type inside of another.
  func all<Found: Element>(_ type: Found.Type, in element: Element?) -> [Found] {
    tree(element?.children ?? nodes.elements).compactMap { $0 as? Found }
  }

  private func tree(_ elements: [Element]) -> [Element] { elements.flatMap { [$0] + tree($0.children) } }

  func element(_ id: ComponentID) -> Element? { elements[id] }

  /// The element and those around it, from the top.
  func path(to element: Element) -> [Element] { path(to: element, among: nodes.elements) ?? [] }

  private func path(to element: Element, among elements: [Element]) -> [Element]? {
    for one in elements {
      if one === element { return [one] }
      if let rest = path(to: element, among: one.children) { return [one] + rest }
    }
    return nil
  }

  // MARK: Building

  private func build(_ content: [Node], _ stored: StoredPage?) {
    nodes = content
    attach(nodes, at: TreePlace(path: ""))
    isBuilt = true
    let built = BuiltPage(self)
    if let stored { restore(stored.snapshot, built) }
    changes.privateState[BuiltPage.name] = built.encoded
  }

  /// Numbers what code adds, so that the states of components in it have names of their own.
  func nextAddition() -> Int {
    counts.additions += 1
    return counts.additions
  }

  func attach(_ nodes: [Node], at place: TreePlace) {
    for (index, node) in nodes.enumerated() { attach(node, at: place.child(index, node)) }
  }

  func attach(_ node: Node, at place: TreePlace) {
    switch node {
    case .element(let element): attach(element, at: place)
    case .component(let component): component.attach(to: self, at: place)
    case .group(let nodes): attach(nodes, at: place)
    }
  }

  func attach(_ element: Element, at place: TreePlace, as id: ComponentID? = nil) {
    guard element.id(on: self) == nil, let id = id ?? nextID(place.isMade) else { return }
    elements[id] = element
    if isBuilt { (element as? FramedElement)?.isAdded = true }
    element.attach(to: self, as: id, isMade: place.isMade)
    if element.isOwnType {
      for (name, property) in cellProperties(of: element) { keep(property.anyCell, as: "@\(id).\(name)") }
    }
    attach(element.nodes, at: place.under(element))
  }

  /// The ids up to this one are taken.
  func took(_ id: ComponentID) { counts.built = max(counts.built, Int(id.name.dropFirst()) ?? 0) }

  // What is built once and what bodies make are counted apart: of the first, the store's values are restored by id.
  private func nextID(_ isMade: Bool) -> ComponentID? {
    if isMade { counts.made += 1 } else { counts.built += 1 }
    return ComponentID(isMade ? "m\(counts.made)" : "e\(counts.built)")
  }

  func detach(_ nodes: [Node]) {
    for node in nodes {
      switch node {
      case .element(let element): detach(element)
      case .component(let component): component.detach(from: self)
      case .group(let nodes): detach(nodes)
      }
    }
  }

  private func detach(_ element: Element) {
    guard let id = element.id(on: self) else { return }
    element.detach(from: self)
    elements[id] = nil
    changes.elements[id] = nil
    changes.removed.insert(id)
    if element.isOwnType { for (name, _) in cellProperties(of: element) { drop("@\(id).\(name)") } }
    if id.isBuilt, element is FramedElement { drop(Self.keptName(of: id)) }
    detach(element.nodes)
    noteChange()
  }

  /// Lets go of everything: the program's own elements may be put on other pages.
  func end() {
    hasEnded = true
    let (all, own) = (elements.values, whole)
    detach(nodes)
    for element in all {
      element.detach(from: self)
      element.pageEnded()
    }
    own?.letGo()
    (nodes, elements, whole, known, kept, changes) = ([], [:], nil, [:], [:], PageChanges())
  }

  // MARK: Values that are kept

  /// Has the store keep a cell's value, and gives it what was kept before.
  func keep(_ cell: AnyCell, as name: String) {
    if let bytes = takeKept(name) { cell.load(bytes) }
    cell.keep(in: self, as: name)
  }

  func takeKept(_ name: String) -> [UInt8]? { kept.removeValue(forKey: name) }

  /// Under which name a dashboard component's value is kept.
  static func keptName(of id: ComponentID) -> String { "#\(id)" }

  // Of what is not on the page any more; the board keeps things of its own beside them.
  private func dropLeftovers() {
    for name in kept.keys where name.hasPrefix("@") || name.hasPrefix("#") { changes.privateState[name] = .some(nil) }
    kept = [:]
  }

  func keep(_ cell: AnyCell) {
    changes.cells[cell.name] = cell
    noteChange()
  }

  func drop(_ name: String) {
    changes.cells[name] = nil
    changes.privateState[name] = .some(nil)
    noteChange()
  }

  // MARK: Changes

  func mark(_ element: Element, _ id: ComponentID) {
    changes.elements[id] = element
    noteChange()
  }

  func mark(_ component: ComponentNode) {
    changes.stale.append(component)
    noteChange()
  }

  func rootChanged() { faceChanged() }

  private func faceChanged() {
    changes.face = true
    noteChange()
  }

  private func noteChange() {
    guard !changes.isNoted, !hasEnded else { return }
    changes.isNoted = true
    onChange(self)
  }

  /// Everything that changed since the last one; `nil` when that is nothing, and it is no event's.
  func draft(for event: String? = nil) -> PageDraft? {
    AppContext.$current.withValue(context) { renderStale() }
    if nextDraft == 1 { dropLeftovers() }
    let changes = takeChanges()
    guard changes.hasContents || nextDraft == 1 || event != nil else { return nil }
    var draft = PageDraft(life: life, number: nextDraft)
    nextDraft += 1
    draft.event = event
    if changes.face { draft.face = face }
    draft.removed = changes.removed.subtracting(changes.elements.keys)
    draft.privateState = changes.privateState
    for (name, cell) in changes.cells { if let bytes = cell.encoded { draft.privateState[name] = bytes } }
    var writing = PageWriting()
    for (id, element) in changes.elements where elements[id] === element {
      element.write(into: &writing, as: id, on: self)
      element.wasSent()
    }
    finish(&draft, writing)
    return draft
  }

  private func takeChanges() -> PageChanges {
    let taken = changes
    changes = PageChanges()
    guard !taken.stale.isEmpty else { return taken }
    changes.stale = taken.stale
    noteChange()
    return taken
  }

  private func finish(_ draft: inout PageDraft, _ writing: PageWriting) {
    (draft.items, draft.components) = (writing.items, writing.components)
    (draft.readings, draft.failures, draft.drawn) = (writing.readings, writing.failures, writing.drawn)
    (draft.restarted, draft.frames) = (writing.restarted, writing.frames)
    draft.privateState.merge(writing.privateState) { $1 }
    guard !writing.classes.isSubset(of: classes) else { return }
    let all = classes.union(writing.classes)
    (classes, draft.items[.style]) = StyleSheets.item(for: all.count > Self.mostClasses ? classesInUse : all)
  }

  // Of classes made of data (`w-[37px]`) there would be more and more.
  private var classesInUse: Set<String> {
    var writing = PageWriting()
    for element in elements.values { element.noteClasses(in: &writing) }
    return writing.classes
  }

  // A body may change what another one reads. One that never comes to rest is left to the next draft.
  private func renderStale() {
    for _ in 0..<100 where !changes.stale.isEmpty {
      let stale = changes.stale
      changes.stale = []
      for component in stale { component.renderIfStale() }
    }
  }

  private var face: PageFace {
    var face = PageFace(title: title)
    face.favicon = favicon
    face.redirect = redirect
    face.root = nodes.elements.compactMap { $0.id(on: self) }
    face.modules = modules
    face.listeners = whole?.handlers.json
    return face
  }
}
