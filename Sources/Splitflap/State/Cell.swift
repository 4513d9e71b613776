import DashboardModel
import Foundation

/// A value that knows who shows it: what ``State``, ``Stored`` and ``Shared`` keep, and ``Binding`` reaches.
@MainActor
public final class Cell<Value: Codable & Sendable>: AnyCell {
  var value: Value

  nonisolated init(_ value: Value) {
    self.value = value
    super.init()
  }

  var current: Value {
    get {
      noteReader()
      return value
    }
    set {
      value = newValue
      changed()
    }
  }

  override func load(_ bytes: [UInt8]) {
    guard let box = try? JSON.decode(Kept<Value>.self, from: bytes) else { return }
    value = box.value
    changed()
  }

  override var encoded: [UInt8]? { (try? JSONEncoder().encode(Kept(value: value))).map(Array.init) }
}

// JSON of a bare number or text is not read by all decoders.
private struct Kept<Value: Codable>: Codable {
  var value: Value
}

/// A ``Cell`` whatever its value.
@MainActor
public class AnyCell {
  /// Where the value is kept over restarts, if it is.
  private weak var keeper: (any CellKeeper)?
  private(set) var name = ""
  private var readers: [WeakReader] = []

  private struct WeakReader {
    weak var reader: (any CellReader)?
  }

  nonisolated init() {}

  /// Takes over a kept value; anything it does not understand is ignored.
  func load(_ bytes: [UInt8]) {}
  var encoded: [UInt8]? { nil }

  func keep(in keeper: any CellKeeper, as name: String) {
    self.keeper = keeper
    self.name = name
  }

  /// Whoever renders just now is told of changes.
  func noteReader() {
    guard let reader = ComponentNode.rendering else { return }
    add(reader)
  }

  func add(_ reader: any CellReader) {
    guard !readers.contains(where: { $0.reader === reader }) else { return }
    readers.removeAll { $0.reader == nil }
    readers.append(WeakReader(reader: reader))
  }

  func remove(_ reader: any CellReader) { readers.removeAll { $0.reader === reader } }

  func changed() {
    keeper?.keep(self)
    for reader in readers { reader.reader?.cellChanged(self) }
  }
}

/// Keeps cells' values in the store, see ``PageInstance``.
@MainActor
protocol CellKeeper: AnyObject {
  func keep(_ cell: AnyCell)
}

/// Shows a cell's value, and so wants to hear of changes.
@MainActor
protocol CellReader: AnyObject {
  func cellChanged(_ cell: AnyCell)
}
