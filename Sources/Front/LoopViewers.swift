import DashboardModel
import NIOCore

/// The sockets of one event loop, by page. Touched on that loop only, so it needs no lock and a change costs one hop per
/// loop, not one per viewer.
final class LoopViewers: Sendable {
  let index: Int
  let eventLoop: any EventLoop
  /// Sessions whose cookies were verified here.
  let sessions: NIOLoopBoundBox<SessionMemory>
  private let all: NIOLoopBoundBox<ViewerRow>
  private let pages: NIOLoopBoundBox<[PageKey: ViewerRow]>

  init(index: Int, eventLoop: any EventLoop) {
    self.index = index
    self.eventLoop = eventLoop
    sessions = NIOLoopBoundBox.makeBoxSendingValue(SessionMemory(), eventLoop: eventLoop)
    all = NIOLoopBoundBox.makeBoxSendingValue(ViewerRow(), eventLoop: eventLoop)
    pages = NIOLoopBoundBox.makeBoxSendingValue([:], eventLoop: eventLoop)
  }

  /// Keeps a socket that has not said hello yet, so that its limits are watched too.
  func greet(_ session: ViewerSession) { all.value.add(session, \.placeOnLoop) }
  func forget(_ session: ViewerSession) { all.value.remove(session, \.placeOnLoop) }

  func add(_ session: ViewerSession, to key: PageKey) { pages.value[key, default: ViewerRow()].add(session, \.placeOnPage) }

  func remove(_ session: ViewerSession, from key: PageKey) {
    pages.value[key]?.remove(session, \.placeOnPage)
    if pages.value[key]?.viewers.isEmpty == true { pages.value[key] = nil }
  }

  /// Tells every viewer of a page here.
  func tell(_ key: PageKey, _ message: @escaping @Sendable (ViewerSession) -> Void) {
    eventLoop.execute { for session in self.viewers(of: key) { message(session) } }
  }

  /// Tells every viewer of a page here that it changed.
  func tellChanged(_ key: PageKey, of hub: Hub) {
    eventLoop.execute {
      var delivery = FrameDelivery(of: key, from: hub)
      for session in self.viewers(of: key) { session.pageChanged(&delivery) }
    }
  }

  private func viewers(of key: PageKey) -> ContiguousArray<ViewerSession> { pages.value[key]?.viewers ?? [] }

  /// Sends scouts, or everybody, to another front, spread so that it is not stormed.
  func sendElsewhere(_ action: CutOff.Action, since: NIODeadline) {
    eventLoop.execute {
      var sessions = Array(self.everybody)
      if action == .sendScouts {
        sessions = sessions.filter { $0.openedAt < since }
        sessions = Array(sessions.shuffled().prefix((sessions.count + CutOff.viewersPerScout - 1) / CutOff.viewersPerScout))
      }
      let spread = min(2000, Int64(sessions.count) * 5)
      for session in sessions {
        let delay = TimeAmount.milliseconds(.random(in: 0...spread))
        self.eventLoop.assumeIsolated().scheduleTask(in: delay) { session.leave("no data store here") }
      }
    }
  }

  /// Every socket of the loop, with and without a page; called on the loop.
  var everybody: ContiguousArray<ViewerSession> { all.value.viewers }
}

/// Viewers one behind the other, as they came, so that to walk them is to walk through memory. Each knows its place, so
/// leaving costs the same however many there are: the last one takes the place.
struct ViewerRow {
  private(set) var viewers: ContiguousArray<ViewerSession> = []

  mutating func add(_ session: ViewerSession, _ place: ReferenceWritableKeyPath<ViewerSession, Int32>) {
    session[keyPath: place] = Int32(viewers.count)
    viewers.append(session)
  }

  mutating func remove(_ session: ViewerSession, _ place: ReferenceWritableKeyPath<ViewerSession, Int32>) {
    let index = Int(session[keyPath: place])
    guard viewers.indices.contains(index), viewers[index] === session, let last = viewers.popLast(), last !== session else { return }
    viewers[index] = last
    last[keyPath: place] = Int32(index)
  }
}
