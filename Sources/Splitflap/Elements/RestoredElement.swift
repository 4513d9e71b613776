import DashboardModel

/// An element that code had added to a page, as the store has it: all it said, without the handlers.
@MainActor
final class RestoredElement: HTMLElement {
  private let ownTag: String

  init?(_ stored: JSON) {
    guard stored["type"]?.text == "element", let tag = stored["tag"]?.text else { return nil }
    ownTag = tag
    super.init(text: "", classes: "", style: Style(), attributes: [:], entry: Entry(), content: Content())
  }

  override var tag: String { ownTag }
}
