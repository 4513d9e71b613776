import CCmark
import DashboardModel
import Synchronization

/// GitHub's Markdown as a tree of allow-listed nodes (docs/components.md), never as HTML: HTML in the text is shown as
/// text, links that are not plain addresses lose their address, pictures from elsewhere become their description.
enum Markdown {
  static let depthLimit = 32
  static let nodeLimit = 5000
  static let sizeLimit = 64 << 10

  static func nodes(_ text: String) throws -> JSON {
    guard text.utf8.count <= sizeLimit else { throw SourceError("the text is longer than 64 KiB") }
    return parse(text) { root in
      var builder = MarkdownBuilder()
      return .array(builder.children(of: root, depth: 1))
    }
  }

  private static let extensions = ["table", "strikethrough", "autolink", "tasklist"]

  // While extensions are attached, the library changes tables of its own that all its parsers share.
  private static let library = Mutex(())

  private static func parse(_ text: String, _ body: (OpaquePointer) -> JSON) -> JSON {
    library.withLock { _ in
      cmark_gfm_core_extensions_ensure_registered()
      guard let parser = cmark_parser_new(CMARK_OPT_VALIDATE_UTF8) else { return [] }
      defer { cmark_parser_free(parser) }
      for name in extensions {
        if let found = cmark_find_syntax_extension(name) { cmark_parser_attach_syntax_extension(parser, found) }
      }
      var text = text
      text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { cmark_parser_feed(parser, $0.baseAddress, $0.count) }
      }
      guard let root = cmark_parser_finish(parser) else { return [] }
      defer { cmark_node_free(root) }
      return body(root)
    }
  }
}
