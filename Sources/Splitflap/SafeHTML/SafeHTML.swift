package import DashboardModel

/// A fragment of HTML from which only what is harmless is kept, as a tree that browsers draw without parsing it.
///
/// `<b onclick=x>Hi</b><script>steal()</script>` keeps `["Hi" in b]`. What is kept never becomes HTML text again: the
/// producer sends `{"tag":"b","children":["Hi"]}` and the client makes the elements one by one. So no browser gets to
/// read the fragment in its own way, which is what attacks by mutation need.
///
/// Tags and attributes are those of ``HTMLAllowance``; the rules of reading are in `docs/elements.md`.
public struct SafeHTML: Hashable, Sendable {
  /// The value of an element's member `html`: a list of text and `{"tag","children",…}`.
  package let nodes: JSON

  /// Never fails: what is not understood or not allowed is left out. Of more than 64 KiB the rest is left out.
  public init(_ fragment: String) {
    var builder = HTMLTreeBuilder()
    var tokenizer = HTMLTokenizer(fragment.utf8.prefix(Self.sizeLimit))
    while let token = tokenizer.next(), builder.take(token) {}
    nodes = .array(builder.finish())
  }

  /// Of what was kept of a fragment before.
  init(nodes: JSON) { self.nodes = nodes }

  static let sizeLimit = 64 << 10
  /// Each level is two of JSON, and a store message may nest 32 deep.
  static let depthLimit = 14
  static let nodeLimit = 5000
}
