import Synchronization

/// The style sheet of utility classes in use: the documented subset of Tailwind's names (`docs/elements.md`), with the
/// values of its version 3.4.
///
/// `["p-4", "md:p-8"]` becomes
/// ```
/// .element.p-4{padding:1rem}
/// @media (min-width:768px){.element.md\:p-8{padding:2rem}}
/// ```
/// Every rule is tied to the class `element`, which only nodes drawn from elements carry, so the board keeps its looks.
package enum UtilityClasses {
  /// The rules of these classes. Equal sets give equal text, whatever their order.
  package static func rules(for names: Set<String>) -> UtilityRules {
    var rules: [UtilityRule] = [], unknown: [String] = []
    for name in names {
      if let rule = rule(name) { rules.append(rule) } else { unknown.append(name) }
    }
    return UtilityRules(css: sheet(rules.sorted()), unknown: unknown.sorted())
  }

  /// What was read of a name stays known; a program has some hundred of them. Names may be made of data, so there is a
  /// bound: beyond it all is forgotten and read again.
  private static let known = Mutex<[String: UtilityRule?]>([:])
  private static let mostKnown = 4096

  private static func rule(_ name: String) -> UtilityRule? {
    if let found = known.withLock({ $0[name] }) { return found }
    let rule = UtilityRule(name)
    known.withLock {
      if $0.count >= mostKnown { $0 = [:] }
      $0[name] = .some(rule)
    }
    return rule
  }

  private static func sheet(_ rules: [UtilityRule]) -> String {
    var lines: [String] = []
    var index = rules.startIndex
    while index < rules.endIndex {
      let condition = rules[index].variants.condition
      let end = rules[index...].firstIndex { $0.variants.condition != condition } ?? rules.endIndex
      let block = rules[index..<end].map(\.text).joined(separator: "\n")
      lines.append(condition.isEmpty ? block : "@media \(condition){\n\(block)\n}")
      index = end
    }
    return lines.joined(separator: "\n")
  }
}

/// The rules of a set of classes.
package struct UtilityRules: Hashable, Sendable {
  /// One rule a line.
  package let css: String
  /// What is no class of ours, in order: an author's own name, or a slip.
  package let unknown: [String]
}

/// One class and what it declares.
struct UtilityRule: Hashable, Sendable, Comparable {
  let name: String
  let variants: Variants
  let utility: Utility
  let isImportant: Bool

  private static let longestName = 100

  /// Reads `sm:hover:-mt-4`; `nil` for what is none of ours.
  init?(_ name: String) {
    guard name.utf8.count <= Self.longestName, name.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    var words = Self.words(name)
    guard var last = words.popLast(), let variants = Variants(words) else { return nil }
    isImportant = last.hasPrefix("!")
    if isImportant { last.removeFirst() }
    guard let utility = Utility.named(last) else { return nil }
    self.name = name
    self.variants = variants
    self.utility = utility
  }

  // Colons part, but not inside brackets.
  private static func words(_ name: String) -> [String] {
    var words = [""], depth = 0
    for character in name {
      if character == "[" { depth += 1 } else if character == "]" { depth -= 1 }
      if character == ":", depth == 0 { words.append("") } else { words[words.count - 1].append(character) }
    }
    return words
  }

  var text: String {
    let selector = variants.selector(".element.\(Self.escaped(name))") + utility.reach
    let important = isImportant ? "!important" : ""
    return "\(selector){\(utility.declarations.map { "\($0)\(important)" }.joined(separator: ";"))}"
  }

  // As in CSS Object Model, "serialize an identifier".
  private static func escaped(_ name: String) -> String {
    var text = ""
    for (index, character) in name.enumerated() {
      if index == 0, character.isNumber {
        text += "\\3\(character) "
      } else if character.isLetter || character.isNumber || character == "-" || character == "_" {
        text.append(character)
      } else {
        text += "\\\(character)"
      }
    }
    return text
  }

  /// As Tailwind orders them: plain rules first, then states, then screens from narrow to wide, then dark; within these
  /// the wider property before the narrower (`p` before `px` before `pt`).
  static func < (a: UtilityRule, b: UtilityRule) -> Bool {
    (a.variants.rank, a.utility.rank, a.name) < (b.variants.rank, b.utility.rank, b.name)
  }
}
