/// Finds what somebody meant.
enum Suggestion {
  /// `did you mean "every"?` for the nearest candidate, if one is near enough.
  static func hint(for word: String, among candidates: some Sequence<String>) -> String? {
    nearest(to: word, among: candidates).map { "did you mean \"\($0)\"?" }
  }

  /// As ``hint(for:among:)``, or else the whole choice.
  static func hintOrChoice(for word: String, among candidates: [String]) -> String {
    hint(for: word, among: candidates) ?? choice(candidates)
  }

  /// `one of: paper, midnight`.
  static func choice(_ candidates: [String]) -> String {
    candidates.isEmpty ? "there are none" : "one of: " + candidates.joined(separator: ", ")
  }

  /// The candidate with the fewest slips; a third of the word's length may be wrong, at least one character.
  static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let typed = Array(word.lowercased().prefix(64))
    guard !typed.isEmpty else { return nil }
    var best: (word: String, distance: Int)?
    for candidate in candidates {
      let distance = distance(typed, Array(candidate.lowercased()))
      guard distance <= max(1, max(typed.count, candidate.count) / 3), distance < max(typed.count, candidate.count)
      else { continue }
      if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
    }
    return best?.word
  }

  /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    guard abs(a.count - b.count) <= 24, !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var rows = [Array(0...b.count)]
    for i in 1...a.count {
      var row = [i] + Array(repeating: 0, count: b.count)
      for j in 1...b.count {
        let cost = a[i - 1] == b[j - 1] ? 0 : 1
        row[j] = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + cost)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], rows[i - 2][j - 2] + 1) }
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
