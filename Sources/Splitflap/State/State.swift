/// A property of a component that belongs to the place where it is shown: when it changes, the component's body is made
/// anew, and the value survives that as well as a change of producer.
///
/// ```swift
/// struct Hello: Component {
///   @State var clicks = 0
///   var body: Content { Button("Clicked \(clicks) times").on(.click) { clicks += 1 } }
/// }
/// ```
@propertyWrapper
@MainActor
public struct State<Value: Codable & Sendable> {
  let box: Box

  /// The component that is made anew takes over the cell of the one it replaces.
  @MainActor
  final class Box {
    var cell: Cell<Value>
    init(_ cell: Cell<Value>) { self.cell = cell }
  }

  public init(wrappedValue: Value) { box = Box(Cell(wrappedValue)) }

  public var wrappedValue: Value {
    get { box.cell.current }
    nonmutating set { box.cell.current = newValue }
  }

  public var projectedValue: Binding<Value> { Binding(box.cell) }
}

/// A property of a ``DashboardApp`` that survives restarts: it is kept in the data store, beside the app's first page,
/// and is there again before `startup` runs.
///
/// ```swift
/// @main struct Counter: DashboardApp {
///   @Stored var count = 500
/// ```
@propertyWrapper
@MainActor
public struct Stored<Value: Codable & Sendable> {
  let cell: Cell<Value>

  public init(wrappedValue: Value) { cell = Cell(wrappedValue) }

  public var wrappedValue: Value {
    get { cell.current }
    nonmutating set { cell.current = newValue }
  }

  public var projectedValue: Binding<Value> { Binding(cell) }
}

/// A value that several elements share, for pages that are built once: `let name = Shared("")`, `Input().bind(name)`.
@MainActor
public struct Shared<Value: Codable & Sendable> {
  let cell: Cell<Value>

  public nonisolated init(_ value: Value) { cell = Cell(value) }

  public var value: Value {
    get { cell.current }
    nonmutating set { cell.current = newValue }
  }

  /// For ``Element/bind(_:)``.
  public var binding: Binding<Value> { Binding(cell) }
}

/// A way to a value that is kept elsewhere, for elements that show and change it.
@MainActor
public struct Binding<Value: Codable & Sendable> {
  let cell: Cell<Value>

  init(_ cell: Cell<Value>) { self.cell = cell }

  public var value: Value {
    get { cell.current }
    nonmutating set { cell.current = newValue }
  }
}

/// A property that has a cell, found by reflection.
@MainActor
protocol CellProperty {
  var anyCell: AnyCell { get }
  /// Goes on with the cell of the property it stands for now.
  func adopt(_ other: any CellProperty)
}

extension State: CellProperty {
  var anyCell: AnyCell { box.cell }
  func adopt(_ other: any CellProperty) {
    if let other = other as? State<Value> { box.cell = other.box.cell }
  }
}

extension Stored: CellProperty {
  var anyCell: AnyCell { cell }
  func adopt(_ other: any CellProperty) {}
}

/// The properties with a cell of a component or an app, by name.
@MainActor
func cellProperties(of subject: Any) -> [(name: String, property: any CellProperty)] {
  var found: [(String, any CellProperty)] = []
  var mirror: Mirror? = Mirror(reflecting: subject)
  while let current = mirror {
    for child in current.children {
      guard let property = child.value as? any CellProperty, let label = child.label else { continue }
      found.append((label.hasPrefix("_") ? String(label.dropFirst()) : label, property))
    }
    mirror = current.superclassMirror
  }
  return found
}
