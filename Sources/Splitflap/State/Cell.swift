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
    guard let box = try? Self.decoder.decode(Kept<Value>.self, from: Data(bytes)) else { return }
    value = box.value
    changed()
  }

  override var encoded: [UInt8]? { (try? Self.encoder.encode(Kept(value: value))).map(Array.init) }

  // JSON has no numbers for these.
  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "+inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "+inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }
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
  // Most cells have one reader, which costs no dictionary.
  private weak var reader: (any CellReader)?
  private var others: [ObjectIdentifier: WeakReader] = [:]
  /// With so many entries it is time to look for readers that are gone.
  private var mostOthers = 8

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
    guard self.reader !== reader else { return }
    guard self.reader != nil else {
      others[ObjectIdentifier(reader)] = nil
      return self.reader = reader
    }
    others[ObjectIdentifier(reader)] = WeakReader(reader: reader)
    guard others.count > mostOthers else { return }
    others = others.filter { $0.value.reader != nil }
    mostOthers = 8 + 2 * others.count
  }

  func remove(_ reader: any CellReader) {
    if self.reader === reader { self.reader = nil }
    others[ObjectIdentifier(reader)] = nil
  }

  func changed() {
    keeper?.keep(self)
    reader?.cellChanged(self)
    for other in others.values { other.reader?.cellChanged(self) }
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
