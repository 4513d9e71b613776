import DashboardModel
import FoundationEssentials
import PageSync

/// An event as a browser sends it, over either transport, checked.
struct EventRequest {
  var sequence: UInt64
  var lowest: UInt64
  var component: ComponentID
  var name: String
  var data: [UInt8]
  /// What the tab shows, so that an Ajax answer can carry what is newer.
  var since: Version?
  /// The tab's id; on a socket the `hello` said it.
  var tab: String?

  /// Why a message was refused: said to the sender, with the member at fault.
  struct Refusal: Error, Hashable {
    var code: String
    var message: String
    var field: String?
  }

  /// Reads a JSON object from untrusted bytes; depth is checked before anything is decoded.
  static func object(_ bytes: [UInt8], maximumDepth: Int) throws(Refusal) -> JSON {
    // The decoder would take UTF-16 and a byte order mark for granted; we speak UTF-8 only.
    let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    guard first == UInt8(ascii: "{"), !bytes.contains(0) else {
      throw Refusal(code: "bad_json", message: "A JSON object is expected, at position 0.")
    }
    do throws(JSONError) {
      return try JSON(decoding: bytes, maximumDepth: maximumDepth)
    } catch {
      switch error {
      case .tooDeep(let limit): throw Refusal(code: "too_deep", message: "The JSON is nested deeper than \(limit).")
      case .malformed(let reason, let offset):
        let place = offset.map { ", at position \($0)" } ?? ""
        throw Refusal(code: "bad_json", message: "The body is no valid JSON: \(reason)\(place).")
      }
    }
  }

  init(_ json: JSON) throws(Refusal) {
    sequence = try Self.number(json, "seq")
    lowest = try Self.number(json, "lo")
    guard lowest <= sequence else { throw Refusal(code: "bad_field", message: "lo is above seq.", field: "lo") }
    guard let text = json["component"]?.text, let component = ComponentID(text), !component.isOurs || component == .page
    else {
      throw Refusal(code: "bad_field", message: "component must be the id of a component.", field: "component")
    }
    self.component = component
    guard let name = json["event"]?.text, (1...32).contains(name.utf8.count),
      name.utf8.allSatisfy({ (0x61...0x7A).contains($0) })
    else { throw Refusal(code: "bad_field", message: "event must be a word such as click.", field: "event") }
    self.name = name
    data = try Self.data(json["data"])
    since = json["since"]?.text.flatMap { Version($0) }
    tab = json["client"]?.text
  }

  private static func data(_ json: JSON?) throws(Refusal) -> [UInt8] {
    switch json {
    case nil: return Array("{}".utf8)
    case .object?: return json?.encoded ?? []
    default: throw Refusal(code: "bad_field", message: "data must be an object.", field: "data")
    }
  }

  /// The largest whole number that every browser counts exactly.
  static let largestSequence: UInt64 = 9_007_199_254_740_991

  private static func number(_ json: JSON, _ field: String) throws(Refusal) -> UInt64 {
    guard let value = json[field]?.double, let whole = UInt64(exactly: value), (1...largestSequence).contains(whole)
    else {
      throw Refusal(
        code: "bad_field", message: "\(field) must be a whole number from 1 to \(largestSequence).", field: field)
    }
    return whole
  }
}
