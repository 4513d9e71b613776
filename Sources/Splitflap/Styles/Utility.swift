/// What one class declares, variants aside.
struct Utility: Hashable, Sendable {
  /// Its family's place in ``Family/all``.
  var rank: Int
  var declarations: [String]
  /// What follows the class in the selector: `space-y-4` is about children.
  var reach = ""

  /// Reads `p-4`, `-mt-px`, `bg-blue-500/50`, `w-[12rem]`.
  static func named(_ name: String) -> Utility? {
    if let found = words[name] { return found }
    let isNegative = name.hasPrefix("-")
    let name = isNegative ? String(name.dropFirst()) : name
    for (prefix, value) in splits(name) {
      for (rank, family) in scales[prefix] ?? [] where family.takesNegative || !isNegative {
        guard let declarations = family.declarations(value, isNegative: isNegative) else { continue }
        return Utility(rank: rank, declarations: declarations, reach: family.reach)
      }
    }
    return nil
  }

  // "min-w-1/2" may be min-w and 1/2, or min and w-1/2; a bare "rounded" has an empty value. A bracket is never parted.
  private static func splits(_ name: String) -> [(Substring, String)] {
    let end = name.firstIndex(of: "[") ?? name.endIndex
    var splits: [(Substring, String)] = end == name.endIndex ? [(name[...], "")] : []
    for index in name[..<end].indices.reversed() where name[index] == "-" {
      splits.append((name[..<index], String(name[name.index(after: index)...])))
    }
    return splits
  }

  private static let words: [String: Utility] = {
    var words: [String: Utility] = [:]
    for (rank, family) in Family.all.enumerated() {
      for (name, declarations) in family.words where words[name] == nil {
        words[name] = Utility(rank: rank, declarations: declarations)
      }
    }
    return words
  }()

  private static let scales: [Substring: [(Int, Family)]] = {
    var scales: [Substring: [(Int, Family)]] = [:]
    for (rank, family) in Family.all.enumerated() where family.scale != nil {
      scales[Substring(family.prefix), default: []].append((rank, family))
    }
    return scales
  }()
}
