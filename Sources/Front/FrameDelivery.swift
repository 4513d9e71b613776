import DashboardModel
import NIOCore
import PageSync

/// What the viewers of a page on one event loop are sent of one change: asked of the hub once, not once per viewer.
///
/// Most of them stand at the same version, so the frames made last are the next ones' too. Made for one turn of the loop.
struct FrameDelivery {
  let now = NIODeadline.now()
  private let hub: Hub
  private let page: PageKey
  /// Who may look, where that is not anyone; a new definition may be for others. `nil` also while that is not known.
  private let audience: Audience?
  /// Some viewers take compressed frames and some do not, and a few are a version behind.
  private var frames: [Frame] = []
  private var nextPlace = 0

  private static let most = 4

  private struct Frame {
    var since: Version?
    var isCompressed: Bool
    var frame: (bytes: ByteBuffer, to: Version)?
  }

  init(of page: PageKey, from hub: Hub) {
    (self.page, self.hub) = (page, hub)
    audience = hub.header(of: page).flatMap { $0.viewIsOpen ? nil : $0.view }
  }

  /// `standing` is asked for only where it matters.
  func isFor(_ standing: @autoclosure () -> Accounts.Standing) -> Bool { audience?.admits(standing().roles) ?? true }

  /// The frame that leads on from `since`; `nil` if there is nothing to send.
  mutating func frame(since: Version?, compressed: Bool) -> (bytes: ByteBuffer, to: Version)? {
    for made in frames where made.since == since && made.isCompressed == compressed { return made.frame }
    let frame = hub.frame(page, since: since, compressed: compressed)
    let made = Frame(since: since, isCompressed: compressed, frame: frame)
    if frames.count < Self.most { frames.append(made) } else { frames[nextPlace] = made }
    nextPlace = (nextPlace + 1) % Self.most
    return frame
  }
}
