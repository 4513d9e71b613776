/// Finds what somebody meant.
enum Suggestion {
  /// `did you mean "every"?` for the nearest candidate, if one is near enough.
  static func hint(for word: String, among candidates: some Sequence<String>, effort: Int = usual) -> String? {
    nearest(to: word, among: candidates, effort: effort).map { "did you mean \"\($0)\"?" }
  }

  /// As ``hint(for:among:)``, or else the whole choice.
  static func hintOrChoice(for word: String, among candidates: [String], effort: Int = usual) -> String {
    hint(for: word, among: candidates, effort: effort) ?? choice(candidates)
  }

  /// `one of: paper, midnight`.
  static func choice(_ candidates: [String]) -> String {
    let shown = candidates.prefix(mostShown).joined(separator: ", ")
    return candidates.isEmpty ? "there are none" : "one of: \(shown)\(candidates.count > mostShown ? ", …" : "")"
  }

  /// The candidate with the fewest slips; a third of the word's length may be wrong, at least one character. Letters
  /// written twice are less than one slip, however many and however short the word.
  static func nearest(to word: String, among candidates: some Sequence<String>, effort mostEffort: Int = usual) -> String? {
    let typed = letters(word)
    guard !typed.isEmpty else { return nil }
    var best: (word: String, slips: Double)?, effort = 0
    for candidate in candidates {
      let letters = letters(candidate)
      if abs(typed.count - letters.count) <= max(1, max(typed.count, letters.count) / 3) { effort += typed.count * letters.count }
      guard effort <= mostEffort else { break }
      guard let slips = slips(typed, letters), best.map({ slips < $0.slips }) ?? true else { continue }
      best = (candidate, slips)
    }
    return best?.word
  }

  private typealias Letters = [UInt32]

  /// Of longer words the beginnings are compared.
  private static let longest = 64
  /// So many names of a choice are written out.
  private static let mostShown = 40

  /// So many pairs of letters are compared for one hint: some thousand names.
  static let usual = 400_000
  /// Two or three hundred names, for mistakes of which a file may have many.
  static let little = 30_000

  private static func letters(_ word: String) -> Letters {
    word.utf8.count > longest ? word.prefix(longest).lowercased().unicodeScalars.map(\.value)
      : word.lowercased().unicodeScalars.map(\.value)
  }

  /// `nil` when the words are too far apart.
  private static func slips(_ typed: Letters, _ candidate: Letters) -> Double? {
    let longest = max(typed.count, candidate.count)
    if typed != candidate, squeezed(typed) == squeezed(candidate) { return 0.5 }
    let most = max(1, longest / 3)
    guard !candidate.isEmpty, abs(typed.count - candidate.count) <= most else { return nil }
    let distance = distance(typed, candidate, most)
    return distance <= most && distance < longest ? Double(distance) : nil
  }

  /// `keeep` and `keep` are both `kep`.
  private static func squeezed(_ word: Letters) -> Letters {
    var result: Letters = []
    for letter in word where letter != result.last { result.append(letter) }
    return result
  }

  /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other; what is more than
  /// `most` is not counted on.
  private static func distance(_ a: Letters, _ b: Letters, _ most: Int) -> Int {
    var before: [Int] = [], last = Array(0...b.count)
    for i in 1...a.count {
      var row = [i], least = i
      row.reserveCapacity(last.count)
      for j in 1...b.count {
        var slips = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { slips = min(slips, before[j - 2] + 1) }
        row.append(slips)
        if slips < least { least = slips }
      }
      // A swap looks back over two rows.
      guard least <= most + 1 else { return least }
      (before, last) = (last, row)
    }
    return last[b.count]
  }
}
