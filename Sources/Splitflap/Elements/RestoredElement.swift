import DashboardModel

/// An element that code had added to a page, as the store has it: all it said, without the handlers.
@MainActor
final class RestoredElement: HTMLElement {
  private let ownTag: String

  init?(_ stored: ComponentValue) {
    guard let json = try? JSON(decoding: stored.head), json["type"]?.text == "element", let tag = json["tag"]?.text else {
      return nil
    }
    ownTag = tag
    super.init(text: "", classes: "", style: Style(), attributes: [:], entry: Entry(), content: Content())
  }

  override var tag: String { ownTag }
}
