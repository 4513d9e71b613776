/// The tie between an element and a value it shows and, if it is an input, changes.
@MainActor
protocol BoundCell: CellReader {
  /// The event by which the viewer changes the value.
  var event: EventName? { get }
  /// Shows the value, now and whenever it changes.
  func show()
  /// The viewer has entered something.
  func entered()
  /// The same tie for the element that takes this one's place.
  func moved(to element: HTMLElement) -> any BoundCell
  /// Hears of no more changes, until it is shown again.
  func end()
}

/// What all ties do alike: its kinds say how a value is shown, and what of an entry is taken.
@MainActor
class Tie<Value: Codable & Sendable>: BoundCell {
  final let cell: Cell<Value>
  private(set) final weak var element: HTMLElement?

  required init(cell: Cell<Value>, element: HTMLElement) {
    self.cell = cell
    self.element = element
  }

  var event: EventName? { .change }

  final func show() {
    cell.add(self)
    cellChanged(cell)
  }

  final func cellChanged(_ changed: AnyCell) {
    if let element { show(on: element) }
  }

  final func entered() {
    if let element { take(from: element) }
  }

  final func moved(to element: HTMLElement) -> any BoundCell {
    end()
    let moved = Self(cell: cell, element: element)
    moved.show()
    return moved
  }

  final func end() { cell.remove(self) }

  func show(on element: HTMLElement) {}
  func take(from element: HTMLElement) {}
}

/// Text of an input, or of any other element.
@MainActor
final class BoundText<Value: Codable & Sendable & LosslessStringConvertible>: Tie<Value> {
  private var isEntering = false

  override var event: EventName? { element.map(isInput) == true ? .input : nil }

  private func isInput(_ element: HTMLElement) -> Bool { ["input", "textarea", "select"].contains(element.tag) }

  override func show(on element: HTMLElement) {
    guard !isEntering else { return }
    let text = cell.value.description
    if !isInput(element) {
      element.text = text
    } else if element.value != text {
      element.enter(value: text, by: .program)
    }
  }

  // What does not read as the value's type changes nothing yet: "1." is on its way to "1.5".
  override func take(from element: HTMLElement) {
    guard let value = element.value.flatMap(Value.init) else { return }
    isEntering = true
    cell.current = value
    isEntering = false
  }
}

/// The check of a checkbox or radio button.
@MainActor
final class BoundFlag: Tie<Bool> {
  override func show(on element: HTMLElement) {
    if element.isChecked != cell.value { element.enter(isChecked: cell.value, by: .program) }
  }

  override func take(from element: HTMLElement) { cell.current = element.isChecked }
}

/// One of several radio buttons: checked while its value is the cell's.
@MainActor
final class BoundChoice<Value: Codable & Sendable & LosslessStringConvertible>: Tie<Value> {
  override func show(on element: HTMLElement) {
    let isChosen = element.value == cell.value.description
    if element.isChecked != isChosen { element.enter(isChecked: isChosen, by: .program) }
  }

  override func take(from element: HTMLElement) {
    guard element.isChecked, let value = element.value.flatMap(Value.init) else { return }
    cell.current = value
  }
}

/// What is chosen in a select that takes several.
@MainActor
final class BoundChoices: Tie<[String]> {
  override func show(on element: HTMLElement) {
    if element.entry.values != cell.value { element.enter(values: cell.value, by: .program) }
  }

  override func take(from element: HTMLElement) {
    if let values = element.entry.values { cell.current = values }
  }
}
