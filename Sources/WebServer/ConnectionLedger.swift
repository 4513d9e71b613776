import NIOCore
import Synchronization

/// Counts of a server since its start, for `/metrics`.
package struct WebServerCounts: Sendable, Equatable {
  /// Open now, WebSockets included.
  package var connections = 0
  package var webSockets = 0
  /// Since the start.
  package var accepted = 0
  package var refusedConnections = 0
  package var refusedHandshakes = 0
  /// Requests answered by the server itself because they broke a rule or a limit.
  package var badRequests = 0
  /// WebSockets closed for a breach of the protocol.
  package var webSocketViolations = 0
  package var timeouts = 0
}

/// Who is connected: bounds the connections in total and per address, and reaches all of them when the server stops.
///
/// Invariant: `counts.connections == channels.count`, and `perAddress` has no zero entries.
final class ConnectionLedger: Sendable {
  private struct State {
    var counts = WebServerCounts()
    var channels: [ObjectIdentifier: any Channel] = [:]
    var perAddress: [String: Int] = [:]
    var handshakeSecond: NIODeadline = .uptimeNanoseconds(0)
    var handshakes = 0
    var stage = Stage.open
  }

  private enum Stage: Hashable {
    case open
    /// Whoever comes is answered once.
    case stopping
    case over
  }

  private let limits: WebLimits
  private let state = Mutex(State())

  init(limits: WebLimits) { self.limits = limits }

  var counts: WebServerCounts { state.withLock { $0.counts } }
  var isStopping: Bool { state.withLock { $0.stage != .open } }

  /// Notes something countable.
  func count(_ change: (inout WebServerCounts) -> Void) { state.withLock { change(&$0.counts) } }

  /// Takes a connection in; `false` when it is one too many. `address` is `nil` for peers without a limit of their own.
  func admit(_ channel: any Channel, address: String?) -> Bool {
    state.withLock { state in
      let ofAddress = address.flatMap { state.perAddress[$0] } ?? 0
      guard state.stage != .over, state.channels.count < limits.connections,
        address == nil || ofAddress < limits.connectionsPerAddress
      else {
        state.counts.refusedConnections += 1
        return false
      }
      state.channels[ObjectIdentifier(channel)] = channel
      if let address { state.perAddress[address] = ofAddress + 1 }
      state.counts.connections += 1
      state.counts.accepted += 1
      return true
    }
  }

  func remove(_ channel: any Channel, address: String?) {
    state.withLock { state in
      guard state.channels.removeValue(forKey: ObjectIdentifier(channel)) != nil else { return }
      state.counts.connections -= 1
      guard let address, let ofAddress = state.perAddress[address] else { return }
      state.perAddress[address] = ofAddress == 1 ? nil : ofAddress - 1
    }
  }

  /// One handshake of this second's share; `false` when it is used up.
  func admitHandshake(now: NIODeadline = .now()) -> Bool {
    state.withLock { state in
      if now >= state.handshakeSecond + .seconds(1) {
        state.handshakeSecond = now
        state.handshakes = 0
      }
      guard state.handshakes < limits.handshakesPerSecond, state.stage == .open else {
        state.counts.refusedHandshakes += 1
        return false
      }
      state.handshakes += 1
      return true
    }
  }

  /// Lets nobody become a WebSocket from now on, and returns those who are here.
  func stop() -> [any Channel] { enter(.stopping) }

  /// Takes nobody in from now on, and returns those who are still here.
  func end() -> [any Channel] { enter(.over) }

  private func enter(_ stage: Stage) -> [any Channel] {
    state.withLock { state in
      state.stage = stage
      return Array(state.channels.values)
    }
  }
}
