import DashboardModel

/// Builds the tree of what is allowed from tokens. Open elements are a stack, so depth costs no recursion.
struct HTMLTreeBuilder {
  private struct Open {
    var tag: String
    var members: [JSON.Member]
    var children: [JSON] = []
  }

  // The first is the fragment itself.
  private var stack = [Open(tag: "", members: [])]
  private var count = 0

  /// False once the fragment is as large as it may be.
  mutating func take(_ token: HTMLTokenizer.Token) -> Bool {
    count += 1
    guard count <= SafeHTML.nodeLimit else {
      append("…")
      return false
    }
    switch token {
    case .text(let text): append(.string(text))
    case .start(let tag, let attributes): start(tag, attributes)
    case .end(let tag): end(tag)
    }
    return true
  }

  mutating func finish() -> [JSON] {
    while stack.count > 1 { close() }
    return stack[0].children
  }

  private mutating func start(_ tag: String, _ attributes: [HTMLTokenizer.Attribute]) {
    guard HTMLAllowance.tags.contains(tag) else { return }
    if HTMLAllowance.blocks.contains(tag) { end("p", within: ["td", "th", "li", "dd", "details", "figure", "blockquote"]) }
    if let (ends, within) = HTMLAllowance.siblings[tag] { closeNearest(of: ends, within: within) }
    var members: [JSON.Member] = []
    for attribute in attributes {
      guard let member = HTMLAllowance.member(attribute, of: tag), !members.contains(where: { $0.name == member.name })
      else { continue }
      members.append(member)
    }
    if HTMLAllowance.empty.contains(tag) {
      append(node(Open(tag: tag, members: members)))
    } else if stack.count <= SafeHTML.depthLimit {
      stack.append(Open(tag: tag, members: members))
    }
  }

  private mutating func end(_ tag: String, within: Set<String> = []) { closeNearest(of: [tag], within: within) }

  private mutating func closeNearest(of tags: Set<String>, within: Set<String>) {
    for index in stack.indices.reversed() where index > 0 {
      if tags.contains(stack[index].tag) {
        while stack.count > index { close() }
        return
      }
      if within.contains(stack[index].tag) { return }
    }
  }

  private mutating func close() {
    guard stack.count > 1, let last = stack.popLast() else { return }
    append(node(last))
  }

  // Neighbouring pieces of text become one.
  private mutating func append(_ part: JSON) {
    guard part != "" else { return }
    let last = stack.count - 1
    if case .string(let text) = part, case .string(let before)? = stack[last].children.last {
      stack[last].children[stack[last].children.count - 1] = .string(before + text)
    } else {
      stack[last].children.append(part)
    }
  }

  // A picture that may not be shown is its description.
  private func node(_ open: Open) -> JSON {
    if open.tag == "img", !open.members.contains(where: { $0.name == "src" }) {
      return open.members.first { $0.name == "alt" }?.value ?? ""
    }
    let children: [JSON.Member] =
      HTMLAllowance.empty.contains(open.tag) ? [] : [JSON.Member(name: "children", value: .array(open.children))]
    return .object(JSON.Members([JSON.Member(name: "tag", value: .string(open.tag))] + open.members + children))
  }
}
