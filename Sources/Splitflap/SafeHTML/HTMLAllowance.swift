import DashboardModel
import Producer

/// What a fragment may hold. `client/nodes.js` and `docs/elements.md` list the same.
enum HTMLAllowance {
  static let tags: Set<String> = [
    "p", "div", "span", "h1", "h2", "h3", "h4", "h5", "h6", "em", "strong", "b", "i", "u", "s", "del", "ins", "mark",
    "small", "sub", "sup", "code", "kbd", "samp", "var", "pre", "q", "blockquote", "cite", "abbr", "time", "ul", "ol",
    "li", "dl", "dt", "dd", "hr", "br", "wbr", "a", "img", "figure", "figcaption", "details", "summary", "table",
    "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
  ]

  static let empty: Set<String> = ["hr", "br", "wbr", "img"]

  /// Left out with all they hold; any other unknown tag is left out alone.
  static let swallowed: Set<String> = [
    "script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript", "plaintext", "template",
    "svg", "math", "object", "applet", "select", "audio", "video", "canvas", "head",
  ]

  /// Those that end an open paragraph.
  static let blocks: Set<String> = [
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "ul", "ol", "dl", "hr", "figure", "details",
    "table",
  ]

  /// A tag that ends an open one of these, up to the nearest of `within`.
  static let siblings: [String: (ends: Set<String>, within: Set<String>)] = [
    "li": (["li"], ["ul", "ol"]), "dt": (["dt", "dd"], ["dl"]), "dd": (["dt", "dd"], ["dl"]),
    "tr": (["tr"], ["table"]), "td": (["td", "th"], ["tr"]), "th": (["td", "th"], ["tr"]),
    "thead": (["thead", "tbody", "tfoot"], ["table"]), "tbody": (["thead", "tbody", "tfoot"], ["table"]),
    "tfoot": (["thead", "tbody", "tfoot"], ["table"]),
  ]

  /// The attribute as a member of a node, or `nil`.
  static func member(_ attribute: HTMLTokenizer.Attribute, of tag: String) -> JSON.Member? {
    let (name, text) = (attribute.name, attribute.value)
    let value: JSON? =
      switch (tag, name) {
      case (_, "title"): .string(text)
      case ("a", "href"): SafeURL.check(text).map(JSON.string)
      case ("img", "src"): SafeURL.checkImage(text).map(JSON.string)
      case ("img", "alt"): .string(text)
      case ("ol", "start"): whole(text, -9999...9999)
      case ("td", "colspan"), ("th", "colspan"), ("td", "rowspan"), ("th", "rowspan"): whole(text, 1...100)
      case ("td", "align"), ("th", "align"): ["left", "center", "right"].contains(text) ? .string(text) : nil
      case ("details", "open"): true
      default: nil
      }
    return value.map { JSON.Member(name: name, value: $0) }
  }

  private static func whole(_ text: String, _ range: ClosedRange<Int>) -> JSON? {
    Int(text).flatMap { range.contains($0) ? .number(Double($0)) : nil }
  }
}
