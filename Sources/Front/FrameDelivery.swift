import DashboardModel
import NIOCore
import PageSync

/// What the viewers of a page on one event loop are sent of one change: asked of the hub once, not once per viewer.
///
/// Most of them stand at the same version, so the last frame is the next one's too. Made for one turn of the loop.
struct FrameDelivery {
  let now = NIODeadline.now()
  private let hub: Hub
  private let page: PageKey
  /// Who may look; a new definition may be for others. `nil` while that is not known.
  private let audience: Audience?
  private var last: Last?

  private struct Last {
    var since: Version?
    var isCompressed: Bool
    var frame: (bytes: ByteBuffer, to: Version)?
  }

  init(of page: PageKey, from hub: Hub) {
    (self.page, self.hub) = (page, hub)
    audience = hub.header(of: page)?.view
  }

  func isFor(_ standing: Accounts.Standing) -> Bool { audience?.admits(standing.roles) ?? true }

  /// The frame that leads on from `since`; `nil` if there is nothing to send.
  mutating func frame(since: Version?, compressed: Bool) -> (bytes: ByteBuffer, to: Version)? {
    if let last, last.since == since, last.isCompressed == compressed { return last.frame }
    let frame = hub.frame(page, since: since, compressed: compressed)
    last = Last(since: since, isCompressed: compressed, frame: frame)
    return frame
  }
}
