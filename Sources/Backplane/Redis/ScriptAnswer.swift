import PageSync
import Redis

/// A script's answer: a code and the facts needed to act.
struct ScriptAnswer {
  let code: String
  let facts: [String]

  init(_ value: RedisValue) throws(BackplaneError) {
    guard let parts = value.elements, let code = parts.first?.text else {
      throw .unreachable("a script's answer cannot be read")
    }
    self.code = code
    self.facts = parts.dropFirst().map { $0.text ?? "" }
  }

  var unexpected: BackplaneError { .unreachable("a script answered \(code)") }

  /// The lease that begins the facts; also throws when the store keeps nonsense.
  func lease() throws(BackplaneError) -> LeaseRecord {
    guard let lease = LeaseRecord(facts.prefix(6).map { Optional($0) }) else { throw unexpected }
    return lease
  }
}

extension LeaseRecord {
  /// Owner, fence, beat, lineage, generation and '1' if released, as a hash or a script gives them.
  init?(_ fields: [String?]) {
    guard fields.count == 6, let owner = fields[0], let fence = fields[1].flatMap(storedNumber),
      let beat = fields[2].flatMap(storedNumber), let lineage = fields[3],
      let generation = fields[4].flatMap(storedNumber)
    else { return nil }
    self.init(
      owner: owner, fence: fence, beat: beat, lineage: lineage, generation: generation, released: fields[5] == "1")
  }
}

/// The largest number the store may hold: exact as a double in Lua.
let largestStoredNumber = StoreLimits.largestNumber

/// A number as the store must hold it: decimal, no leading zero, below 10^15.
func storedNumber(_ text: some StringProtocol) -> UInt64? {
  guard (1...15).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
    text == "0" || text.utf8.first != 0x30
  else { return nil }
  return UInt64(text)
}
