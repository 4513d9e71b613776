/// What can be said of a jq program without libjq: whether it stands by itself, and where a bracket or a quote is left
/// open. libjq names the line of a mistake at most.
struct JqSyntax {
  /// Where brackets and quotes do not match: an offset in Unicode scalars, and what is wrong there.
  private(set) var unmatched: (offset: Int, message: String)?
  private(set) var hasStringInside = false
  /// The first character that no jq program has outside its texts.
  private(set) var foreign: Int?

  /// True for `.`, `.a` and `.a.b_c`, which need no compiler.
  static func isPath(_ program: String) -> Bool {
    guard program.utf8.first == UInt8(ascii: "."), program.utf8.count <= 200 else { return false }
    if program == "." { return true }
    return program.dropFirst().split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
      guard let first = part.utf8.first, isWordByte(first), !(0x30...0x39).contains(first) else { return false }
      return part.utf8.allSatisfy(isWordByte)
    }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
    default: false
    }
  }

  /// True when the program can stand in parentheses beside others without meaning anything else: its brackets and
  /// quotes match, and no text of it holds a program.
  static func isSelfContained(_ program: String) -> Bool {
    let syntax = JqSyntax(program)
    return syntax.unmatched == nil && !syntax.hasStringInside && syntax.foreign == nil
      && JqProgram.forbiddenWord(in: program) == nil && !program.unicodeScalars.contains("\0")
  }

  /// The word, number, operator or sign that begins at an offset.
  static func word(at offset: Int, in text: [Unicode.Scalar]) -> String {
    let rest = String(String.UnicodeScalarView(text[offset...]))
    if let sign = operators.first(where: rest.hasPrefix) { return sign }
    let first = text[offset]
    guard isWordPart(first) || first == "$" || first == "@" else { return String(first) }
    return String(String.UnicodeScalarView([first] + text[(offset + 1)...].prefix(while: isWordPart)))
  }

  static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar == "_" || ("0"..."9").contains(scalar)
  }

  /// Longer ones first.
  private static let operators = [
    "?//", "//=", "==", "!=", "<=", ">=", "|=", "+=", "-=", "*=", "/=", "%=", "//", "..",
  ]

  init(_ program: String) {
    let text = Array(program.unicodeScalars)
    var open: [Int] = []
    var index = 0
    while index < text.count {
      switch text[index] {
      case "\"":
        guard let end = skipText(text, from: index) else { return }
        index = end
      case "#": while index + 1 < text.count, text[index + 1] != "\n" { index += 1 }
      case "(", "[", "{": open.append(index)
      case ")", "]", "}":
        guard let start = open.popLast(), Self.closing[text[start]] == text[index] else {
          unmatched = (index, "\"\(text[index])\" closes nothing")
          return
        }
      case "'", "`", "&", "^", "~", "\\", "\u{201C}", "\u{201D}", "\u{2018}", "\u{2019}":
        foreign = foreign ?? index
      default: break
      }
      index += 1
    }
    if let start = open.last { unmatched = (start, "\"\(text[start])\" is never closed") }
  }

  private static let closing: [Unicode.Scalar: Unicode.Scalar] = ["(": ")", "[": "]", "{": "}"]

  /// The index of a text's closing quote; `nil` after noting that there is none.
  private mutating func skipText(_ text: [Unicode.Scalar], from start: Int) -> Int? {
    var index = start + 1
    while index < text.count, text[index] != "\"" {
      if text[index] == "\\" {
        if index + 1 < text.count, text[index + 1] == "(" { hasStringInside = true }
        index += 1
      }
      index += 1
    }
    guard index < text.count else {
      if !hasStringInside { unmatched = (start, "this quote is never closed") }
      return nil
    }
    return index
  }
}

/// Why a jq program does not compile, and where, if that can be told.
struct JqProblem: Hashable, Sendable {
  var message: String
  /// Offset and length in Unicode scalars of the program's text.
  var offset: Int?
  var length = 1
  var hint: String?
}
