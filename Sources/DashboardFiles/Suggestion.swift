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

  /// The candidate with the fewest slips; a third of the word's length may be wrong, at least one character. Letters
  /// written twice are less than one slip, however many and however short the word.
  static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let typed = Array(word.lowercased().prefix(64))
    guard !typed.isEmpty else { return nil }
    var best: (word: String, slips: Double)?
    for candidate in candidates {
      guard let slips = slips(typed, Array(candidate.lowercased())), best.map({ slips < $0.slips }) ?? true else { continue }
      best = (candidate, slips)
    }
    return best?.word
  }

  /// `nil` when the words are too far apart.
  private static func slips(_ typed: [Character], _ candidate: [Character]) -> Double? {
    let longest = max(typed.count, candidate.count)
    if typed != candidate, squeezed(typed) == squeezed(candidate) { return 0.5 }
    let distance = distance(typed, candidate)
    return distance <= max(1, longest / 3) && distance < longest ? Double(distance) : nil
  }

  /// `keeep` and `keep` are both `kep`.
  private static func squeezed(_ word: [Character]) -> [Character] {
    word.enumerated().filter { $0.offset == 0 || word[$0.offset - 1] != $0.element }.map(\.element)
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
