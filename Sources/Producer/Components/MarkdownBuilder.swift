import CCmark
import DashboardModel

/// Walks the library's tree and keeps what is allowed. `docs/components.md` and the browser's `markdown.js` list the
/// same tags.
struct MarkdownBuilder {
  private var count = 0

  mutating func children(of node: OpaquePointer, depth: Int) -> [JSON] {
    var built: [JSON] = []
    var child = cmark_node_first_child(node)
    while let current = child {
      guard count < Markdown.nodeLimit else {
        built.append("…")
        break
      }
      for part in build(current, depth: depth) { append(part, to: &built) }
      child = cmark_node_next(current)
    }
    return built
  }

  // Neighbouring pieces of text become one.
  private func append(_ part: JSON, to built: inout [JSON]) {
    if case .string(let text) = part, case .string(let before)? = built.last {
      built[built.count - 1] = .string(before + text)
    } else {
      built.append(part)
    }
  }

  private mutating func build(_ node: OpaquePointer, depth: Int) -> [JSON] {
    count += 1
    guard depth <= Markdown.depthLimit else {
      let text = plainText(node)
      return text.isEmpty ? [] : [.string(text)]
    }
    let type = String(cString: cmark_node_get_type_string(node))
    switch type {
    case "text", "html_inline": return [.string(literal(node))]
    case "softbreak": return ["\n"]
    case "linebreak": return [["tag": "br"]]
    case "thematic_break": return [["tag": "hr"]]
    case "code": return [element("code", [.string(literal(node))])]
    case "html_block": return [element("p", [.string(literal(node))])]
    case "code_block": return [codeBlock(node)]
    case "link": return link(node, depth: depth)
    case "image": return image(node)
    case "table": return [table(node, depth: depth)]
    default: return block(node, type: type, depth: depth)
    }
  }

  private mutating func block(_ node: OpaquePointer, type: String, depth: Int) -> [JSON] {
    let inside = children(of: node, depth: depth + 1)
    switch type {
    case "paragraph": return isTight(node) ? inside : [element("p", inside)]
    case "heading": return [element("h\(min(6, max(1, cmark_node_get_heading_level(node))))", inside)]
    case "block_quote": return [element("blockquote", inside)]
    case "emph": return [element("em", inside)]
    case "strong": return [element("strong", inside)]
    case "strikethrough": return [element("del", inside)]
    case "item": return [element("li", inside)]
    case "tasklist":
      let isChecked = cmark_gfm_extensions_get_tasklist_item_checked(node)
      return [element("li", [["tag": "input", "checked": .bool(isChecked)], " "] + inside)]
    case "list":
      guard cmark_node_get_list_type(node) == CMARK_ORDERED_LIST else { return [element("ul", inside)] }
      let start = Double(cmark_node_get_list_start(node))
      return [element("ol", inside, start == 1 ? [] : [.init(name: "start", value: .number(start))])]
    default: return inside
    }
  }

  private func codeBlock(_ node: OpaquePointer) -> JSON {
    let language = String(cString: cmark_node_get_fence_info(node)).prefix { !$0.isWhitespace }
    let isWord = language.count <= 32 && language.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "+-#.".contains($0))
    }
    let attributes: [JSON.Member] =
      language.isEmpty || !isWord ? [] : [.init(name: "language", value: .string(String(language)))]
    return element("pre", [element("code", [.string(literal(node))], attributes)])
  }

  private mutating func link(_ node: OpaquePointer, depth: Int) -> [JSON] {
    let inside = children(of: node, depth: depth + 1)
    guard let address = SafeURL.check(String(cString: cmark_node_get_url(node))) else { return inside }
    return [element("a", inside, [.init(name: "href", value: .string(address))])]
  }

  private func image(_ node: OpaquePointer) -> [JSON] {
    let description = plainText(node)
    guard let source = SafeURL.checkImage(String(cString: cmark_node_get_url(node))) else {
      return description.isEmpty ? [] : [.string(description)]
    }
    return [["tag": "img", "src": .string(source), "alt": .string(description)]]
  }

  private mutating func table(_ node: OpaquePointer, depth: Int) -> JSON {
    let alignments = alignments(node)
    var head: [JSON] = [], body: [JSON] = []
    var row = cmark_node_first_child(node)
    while let current = row, count < Markdown.nodeLimit {
      count += 1
      let isHead = cmark_gfm_extensions_get_table_row_is_header(current) != 0
      let built = tableRow(current, tag: isHead ? "th" : "td", alignments: alignments, depth: depth + 3)
      if isHead { head.append(built) } else { body.append(built) }
      row = cmark_node_next(current)
    }
    return element("table", [element("thead", head)] + (body.isEmpty ? [] : [element("tbody", body)]))
  }

  private mutating func tableRow(
    _ row: OpaquePointer, tag: String, alignments: [String?], depth: Int
  ) -> JSON {
    var cells: [JSON] = []
    var cell = cmark_node_first_child(row)
    while let current = cell, count < Markdown.nodeLimit {
      count += 1
      let align = cells.count < alignments.count ? alignments[cells.count] : nil
      cells.append(element(tag, children(of: current, depth: depth + 1), align.map {
        [.init(name: "align", value: .string($0))]
      } ?? []))
      cell = cmark_node_next(current)
    }
    return element("tr", cells)
  }

  private func alignments(_ table: OpaquePointer) -> [String?] {
    guard let letters = cmark_gfm_extensions_get_table_alignments(table) else { return [] }
    return (0..<Int(cmark_gfm_extensions_get_table_columns(table))).map { column in
      switch letters[column] {
      case UInt8(ascii: "c"): "center"
      case UInt8(ascii: "r"): "right"
      case UInt8(ascii: "l"): "left"
      default: nil
      }
    }
  }

  private func isTight(_ paragraph: OpaquePointer) -> Bool {
    guard let item = cmark_node_parent(paragraph), let list = cmark_node_parent(item) else { return false }
    return cmark_node_get_type(list) == CMARK_NODE_LIST && cmark_node_get_list_tight(list) != 0
  }

  // Without recursion: it is for what lies too deep.
  private func plainText(_ node: OpaquePointer) -> String {
    guard let iterator = cmark_iter_new(node) else { return "" }
    defer { cmark_iter_free(iterator) }
    var text = ""
    while case let event = cmark_iter_next(iterator), event != CMARK_EVENT_DONE {
      if event == CMARK_EVENT_ENTER, let current = cmark_iter_get_node(iterator) { text += literal(current) }
    }
    return text
  }

  private func literal(_ node: OpaquePointer) -> String {
    cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
  }

  private func element(_ tag: String, _ children: [JSON], _ attributes: [JSON.Member] = []) -> JSON {
    .object(JSON.Members(
      [.init(name: "tag", value: .string(tag))] + attributes + [.init(name: "children", value: .array(children))]))
  }
}
