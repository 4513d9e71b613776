/// The tie between an element and a value it shows and, if it is an input, changes.
@MainActor
protocol BoundCell: CellReader {
  /// The event by which the viewer changes the value.
  var event: EventName? { get }
  /// Shows the value.
  func show()
  /// The viewer has entered something.
  func entered()
  /// The same tie for the element that takes this one's place.
  func moved(to element: HTMLElement) -> any BoundCell
  /// Hears of no more changes for now.
  func pause()
  func end()
}

/// Text of an input, or of any other element.
@MainActor
final class BoundText<Value: Codable & Sendable & LosslessStringConvertible>: BoundCell {
  private let cell: Cell<Value>
  private weak var element: HTMLElement?
  private var isEntering = false

  init(cell: Cell<Value>, element: HTMLElement) {
    self.cell = cell
    self.element = element
  }

  private var isInput: Bool { ["input", "textarea", "select"].contains(element?.tag ?? "") }

  var event: EventName? { isInput ? .input : nil }

  func show() {
    cell.add(self)
    cellChanged(cell)
  }

  func cellChanged(_ changed: AnyCell) {
    guard let element, !isEntering else { return }
    let text = cell.value.description
    if !isInput {
      element.text = text
    } else if element.value != text {
      element.enter(value: text, by: .program)
    }
  }

  // What does not read as the value's type changes nothing yet: "1." is on its way to "1.5".
  func entered() {
    guard let text = element?.value, let value = Value(text) else { return }
    isEntering = true
    cell.current = value
    isEntering = false
  }

  func moved(to element: HTMLElement) -> any BoundCell {
    end()
    let moved = BoundText(cell: cell, element: element)
    moved.show()
    return moved
  }

  func pause() { cell.remove(self) }
  func end() { cell.remove(self) }
}

/// The check of a checkbox or radio button.
@MainActor
final class BoundFlag: BoundCell {
  private let cell: Cell<Bool>
  private weak var element: HTMLElement?

  init(cell: Cell<Bool>, element: HTMLElement) {
    self.cell = cell
    self.element = element
  }

  var event: EventName? { .change }

  func show() {
    cell.add(self)
    cellChanged(cell)
  }

  func cellChanged(_ changed: AnyCell) {
    guard let element, element.isChecked != cell.value else { return }
    element.enter(isChecked: cell.value, by: .program)
  }

  func entered() { if let element { cell.current = element.isChecked } }

  func moved(to element: HTMLElement) -> any BoundCell {
    end()
    let moved = BoundFlag(cell: cell, element: element)
    moved.show()
    return moved
  }

  func pause() { cell.remove(self) }
  func end() { cell.remove(self) }
}

/// One of several radio buttons: checked while its value is the cell's.
@MainActor
final class BoundChoice<Value: Codable & Sendable & LosslessStringConvertible>: BoundCell {
  private let cell: Cell<Value>
  private weak var element: HTMLElement?

  init(cell: Cell<Value>, element: HTMLElement) {
    self.cell = cell
    self.element = element
  }

  var event: EventName? { .change }

  func show() {
    cell.add(self)
    cellChanged(cell)
  }

  func cellChanged(_ changed: AnyCell) {
    guard let element else { return }
    let isChosen = element.value == cell.value.description
    if element.isChecked != isChosen { element.enter(isChecked: isChosen, by: .program) }
  }

  func entered() {
    guard let element, element.isChecked, let value = element.value.flatMap(Value.init) else { return }
    cell.current = value
  }

  func moved(to element: HTMLElement) -> any BoundCell {
    end()
    let moved = BoundChoice(cell: cell, element: element)
    moved.show()
    return moved
  }

  func pause() { cell.remove(self) }
  func end() { cell.remove(self) }
}

/// What is chosen in a select that takes several.
@MainActor
final class BoundChoices: BoundCell {
  private let cell: Cell<[String]>
  private weak var element: HTMLElement?

  init(cell: Cell<[String]>, element: HTMLElement) {
    self.cell = cell
    self.element = element
  }

  var event: EventName? { .change }

  func show() {
    cell.add(self)
    cellChanged(cell)
  }

  func cellChanged(_ changed: AnyCell) {
    guard let element, element.entry.values != cell.value else { return }
    element.enter(values: cell.value, by: .program)
  }

  func entered() { if let values = element?.entry.values { cell.current = values } }

  func moved(to element: HTMLElement) -> any BoundCell {
    end()
    let moved = BoundChoices(cell: cell, element: element)
    moved.show()
    return moved
  }

  func pause() { cell.remove(self) }
  func end() { cell.remove(self) }
}
