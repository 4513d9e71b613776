import DashboardModel
import Producer

/// An element of HTML, whichever: ``HTML`` adds the tag.
@MainActor
open class HTMLElement: Element {
  /// Shown before the children, always as text.
  public var text: String { didSet { if text != oldValue { changed() } } }
  /// Utility classes, by spaces: `"p-4 text-white bg-blue-500"`.
  public var classes: String { didSet { if classes != oldValue { changed() } } }
  public var style: Style { didSet { if style != oldValue { changed() } } }
  /// Attributes of HTML, as far as they are harmless: no `on…`, no address that is a script.
  public var attributes: [String: AttributeValue] { didSet { changed() } }
  /// False keeps it out of sight, and on the page.
  public var show = true { didSet { if show != oldValue { changed() } } }
  /// Instead of text and children: HTML from elsewhere, what is not harmless left out.
  public var html: SafeHTML? {
    get { rare?.html }
    set {
      if rare != nil || newValue != nil { madeRare.html = newValue }
      changed()
    }
  }

  /// What an input holds. A value set here replaces what the viewer typed, unless the input has the focus.
  public var value: String? {
    get { entry.value }
    set { entry.set(value: newValue, by: .program); changed() }
  }

  /// Whether a checkbox or radio button is checked.
  public var isChecked: Bool {
    get { entry.isChecked ?? false }
    set { entry.set(isChecked: newValue, by: .program); changed() }
  }

  /// What is chosen in a select that takes several.
  public var values: [String] {
    get { entry.values ?? [] }
    set { enter(values: newValue, by: .program) }
  }

  private(set) var entry: Entry {
    get { rare?.entry ?? Entry() }
    set { if rare != nil || !newValue.isBlank { madeRare.entry = newValue } }
  }
  private var busy: Busy? {
    get { rare?.busy }
    set { if rare != nil || newValue != nil { madeRare.busy = newValue } }
  }
  private(set) var bound: (any BoundCell)? {
    get { rare?.bound }
    set { if rare != nil || newValue != nil { madeRare.bound = newValue } }
  }

  /// What few elements have: pages have thousands of the others.
  @MainActor
  private final class Rare {
    var entry: Entry
    var html: SafeHTML?
    var busy: Busy?
    var bound: (any BoundCell)?
    nonisolated init(_ entry: Entry = Entry()) { self.entry = entry }
  }

  private var rare: Rare?

  private var madeRare: Rare {
    let made = rare ?? Rare()
    rare = made
    return made
  }

  var tag: String { "div" }

  nonisolated init(
    text: String, classes: String, style: Style, attributes: [String: AttributeValue], entry: Entry, content: Content
  ) {
    self.text = text
    self.classes = classes
    self.style = style
    self.attributes = attributes
    rare = entry.isBlank ? nil : Rare(entry)
    super.init(content: content)
  }

  /// Keeps it out of sight until ``show`` is true.
  @discardableResult
  public func hidden(_ isHidden: Bool = true) -> Self {
    show = !isHidden
    return self
  }

  /// What shows from the viewer's event until its answer, over the element as it is.
  @discardableResult
  public func before(
    text: String? = nil, classes: String? = nil, disabled: Bool = false, show: [Element] = [], hide: [Element] = []
  ) -> Self {
    busy = Busy(text: text, classes: classes, isDisabled: disabled, show: show, hide: hide)
    changed()
    return self
  }

  /// Shows a value and, if it is an input, changes it: all elements bound to it show the same. Of radio buttons that one is
  /// checked whose `value` it is.
  @discardableResult
  public func bind<Value: Codable & Sendable & LosslessStringConvertible>(_ binding: Binding<Value>) -> Self {
    bind(isRadio ? BoundChoice(cell: binding.cell, element: self) : BoundText(cell: binding.cell, element: self))
  }

  /// A select that takes several shows and changes what is chosen.
  @discardableResult
  public func bind(values binding: Binding<[String]>) -> Self {
    bind(BoundChoices(cell: binding.cell, element: self))
  }

  /// A checkbox or radio button shows and changes a truth.
  @discardableResult
  public func bind(isChecked binding: Binding<Bool>) -> Self {
    bind(BoundFlag(cell: binding.cell, element: self))
  }

  private func bind(_ bound: any BoundCell) -> Self {
    self.bound?.end()
    self.bound = bound
    bound.show()
    changed()
    return self
  }

  func enter(value: String, by author: Entry.Author) {
    entry.set(value: value, by: author)
    changed()
  }

  func enter(isChecked: Bool, by author: Entry.Author) {
    entry.set(isChecked: isChecked, by: author)
    changed()
  }

  func enter(values: [String], by author: Entry.Author) {
    entry.set(values: values, by: author)
    changed()
  }

  // MARK: On the wire

  override func write(into draft: inout PageWriting, as id: ComponentID, on page: PageInstance) {
    draft.items[id] = ComponentValue(json(on: page))
    noteClasses(in: &draft)
    if !style.void.isEmpty { VoidStyles.note(style.void) }
  }

  override func noteClasses(in draft: inout PageWriting) {
    draft.use(classes)
    if let added = busy?.classes { draft.use(added) }
  }

  /// All that it says by itself: its children and those it shows meanwhile may be others each time.
  override func ownJSON(on page: PageInstance) -> JSON { json(on: page, isWhole: false) }

  private func json(on page: PageInstance, isWhole: Bool = true) -> JSON {
    var members = JSON.Members([.init(name: "type", value: "element"), .init(name: "tag", value: .string(tag))])
    if !text.isEmpty { members.list.append(.init(name: "text", value: .string(text))) }
    if let html { members.list.append(.init(name: "html", value: html.nodes)) }
    let ids = isWhole ? children.compactMap { $0.id(on: page) } : []
    if !ids.isEmpty { members.list.append(.init(name: "children", value: .array(ids.map { .string($0.name) }))) }
    if !classes.isEmpty { members.list.append(.init(name: "classes", value: .string(classes))) }
    if let style = style.json { members.list.append(.init(name: "style", value: style)) }
    if let attributes = AttributeRules.json(attributes, on: tag, page) {
      members.list.append(.init(name: "attributes", value: attributes))
    }
    if !show { members.list.append(.init(name: "hidden", value: true)) }
    entry.write(into: &members)
    writeListeners(into: &members)
    if let busy, isWhole { members.list.append(.init(name: "before", value: busy.json(on: page))) }
    return .object(members)
  }

  private func writeListeners(into members: inout JSON.Members) {
    var listeners = handlers.list.map { JSON.Member(name: $0.name.name, value: $0.listener.options) }
    if let event = bound?.event, handlers[event] == nil { listeners.append(.init(name: event.name, value: [:])) }
    guard !listeners.isEmpty else { return }
    members.list.append(.init(name: "on", value: .object(JSON.Members(listeners.sorted { $0.name < $1.name }))))
  }

  // MARK: As an element

  override var kind: String { tag }

  override func canBecome(_ other: Element) -> Bool {
    super.canBecome(other) && (other as? HTMLElement)?.tag == tag
  }

  override func become(_ other: Element) {
    super.become(other)
    guard let other = other as? HTMLElement else { return }
    (text, classes, style, attributes) = (other.text, other.classes, other.style, other.attributes)
    (show, html, busy) = (other.show, other.html, other.busy)
    if let value = other.entry.value, value != entry.value { entry.set(value: value, by: .program) }
    if let values = other.entry.values, values != entry.values { entry.set(values: values, by: .program) }
    if let isChecked = other.entry.isChecked, isChecked != entry.isChecked { entry.set(isChecked: isChecked, by: .program) }
    bound?.end()
    bound = other.bound?.moved(to: self)
  }

  override func listens(to event: EventName) -> Bool { super.listens(to: event) || bound?.event == event }

  override func take(_ event: Event) {
    guard event.name == .input || event.name == .change else { return }
    if case .bool(let isChecked)? = event.data["checked"] {
      enter(isChecked: isChecked, by: .viewer)
      if isChecked, isRadio { uncheckOthers(on: event.page) }
    } else if let values = event.data["values"]?.elements {
      enter(values: values.compactMap(\.text), by: .viewer)
    } else if let value = event.data["value"]?.text {
      enter(value: value, by: .viewer)
    }
    bound?.entered()
  }

  // Their browser says nothing of the others of the group: those of the same name in the same form.
  private func uncheckOthers(on page: PageInstance) {
    let form = page.path(to: self).last { ($0 as? HTMLElement)?.tag == "form" }
    for other in page.all(HTMLElement.self, in: form) where other !== self && other.isRadio && other.isChecked {
      if other.attributes["name"] == attributes["name"] { other.enter(isChecked: false, by: .viewer) }
    }
  }

  override func letGo() {
    super.letGo()
    bound?.end()
    rare = nil
    attributes = [:]
  }

  override func detach(from page: PageInstance) {
    super.detach(from: page)
    if places.isEmpty { bound?.end() }
  }

  override func attach(to page: PageInstance, as id: ComponentID, isMade: Bool) {
    super.attach(to: page, as: id, isMade: isMade)
    bound?.show()
  }

  override func restore(_ stored: JSON) {
    guard stored["tag"]?.text == tag else { return }
    text = stored["text"]?.text ?? ""
    classes = stored["classes"]?.text ?? ""
    style = Style(stored["style"])
    show = stored["hidden"] != true
    attributes = AttributeRules.attributes(of: stored["attributes"], or: attributes)
    html = stored["html"].map(SafeHTML.init(nodes:))
    entry.restore(stored)
    bound?.entered()
  }
}

extension Style {
  /// As ``json`` wrote it.
  init(_ json: JSON?) {
    self.init()
    guard case .object(let members)? = json else { return }
    self.init(members.list.map { "\($0.name): \($0.value.text ?? "")" }.joined(separator: ";"))
  }
}
