import DashboardModel
import NIOCore

/// The sockets of one event loop, by page. Touched on that loop only, so it needs no lock and a change costs one hop per
/// loop, not one per viewer.
final class LoopViewers: Sendable {
  let index: Int
  let eventLoop: any EventLoop
  private let all: NIOLoopBoundBox<[ObjectIdentifier: ViewerSession]>
  private let sessions: NIOLoopBoundBox<[PageKey: [ObjectIdentifier: ViewerSession]]>

  init(index: Int, eventLoop: any EventLoop) {
    self.index = index
    self.eventLoop = eventLoop
    all = NIOLoopBoundBox.makeBoxSendingValue([:], eventLoop: eventLoop)
    sessions = NIOLoopBoundBox.makeBoxSendingValue([:], eventLoop: eventLoop)
  }

  /// Keeps a socket that has not said hello yet, so that its limits are watched too.
  func greet(_ session: ViewerSession) { all.value[ObjectIdentifier(session)] = session }
  func forget(_ session: ViewerSession) { all.value[ObjectIdentifier(session)] = nil }

  func add(_ session: ViewerSession, to key: PageKey) {
    sessions.value[key, default: [:]][ObjectIdentifier(session)] = session
  }

  func remove(_ session: ViewerSession, from key: PageKey) {
    sessions.value[key]?[ObjectIdentifier(session)] = nil
    if sessions.value[key]?.isEmpty == true { sessions.value[key] = nil }
  }

  /// Tells every viewer of a page here.
  func tell(_ key: PageKey, _ message: @escaping @Sendable (ViewerSession) -> Void) {
    eventLoop.execute { for session in (self.sessions.value[key] ?? [:]).values { message(session) } }
  }

  /// Tells every viewer of a page here that it changed.
  func tellChanged(_ key: PageKey, of hub: Hub) {
    eventLoop.execute {
      guard let watching = self.sessions.value[key] else { return }
      var delivery = FrameDelivery(of: key, from: hub)
      for session in watching.values { session.pageChanged(&delivery) }
    }
  }

  /// Sends scouts, or everybody, to another front, spread so that it is not stormed.
  func sendElsewhere(_ action: CutOff.Action, since: NIODeadline) {
    eventLoop.execute {
      var sessions = self.everybody
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
  var everybody: [ViewerSession] { Array(all.value.values) }
}
