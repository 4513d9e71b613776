/// How many columns of a terminal text takes: most characters one, East Asian wide ones and emoji two, so that a caret
/// stands under its word.
enum DisplayWidth {
  static func of(_ text: some Sequence<Character>) -> Int { text.reduce(0) { $0 + of($1) } }

  static func of(_ character: Character) -> Int {
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    if first.value < 0x300 { return isEmoji(scalars) ? 2 : 1 }
    if first.properties.generalCategory == .nonspacingMark || first.properties.generalCategory == .format { return 0 }
    return isEmoji(scalars) || isWide(first.value) ? 2 : 1
  }

  /// Shown as a picture: by itself, or because of the selector (U+FE0F) behind it.
  private static func isEmoji(_ scalars: Character.UnicodeScalarView) -> Bool {
    scalars.contains { $0.properties.isEmojiPresentation || $0.value == 0xFE0F }
  }

  /// The blocks that Unicode's EastAsianWidth.txt calls wide or full width.
  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
      0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
      0x17000...0x18CFF, 0x1B000...0x1B2FF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }
}
