/// Which channels are wanted, and which of them flow.
///
/// Worked example: subscribe, unsubscribe, subscribe in a row give three confirmations. Messages flow for good only
/// after the third, so a channel is confirmed when nothing about it is outstanding any more.
struct Subscriptions {
  private struct Channel {
    var isWanted: Bool
    /// SUBSCRIBE and UNSUBSCRIBE sent and not yet answered.
    var outstanding: Int
  }

  private var channels: [String: Channel] = [:]

  func flows(_ channel: String) -> Bool {
    guard let state = channels[channel] else { return false }
    return state.isWanted && state.outstanding == 0
  }

  func isWanted(_ channel: String) -> Bool { channels[channel]?.isWanted ?? false }

  /// Notes a wish; `isSent` when it goes to the server now.
  mutating func set(_ channel: String, wanted: Bool, isSent: Bool) {
    var state = channels[channel] ?? Channel(isWanted: wanted, outstanding: 0)
    state.isWanted = wanted
    if isSent { state.outstanding += 1 }
    channels[channel] = state.isWanted || state.outstanding > 0 ? state : nil
  }

  /// An answer of the server came; true when the channel flows now.
  mutating func answered(_ channel: String) -> Bool {
    guard var state = channels[channel], state.outstanding > 0 else { return false }
    state.outstanding -= 1
    channels[channel] = state.isWanted || state.outstanding > 0 ? state : nil
    return flows(channel)
  }

  /// The connection is gone or new: what is wanted has to be asked for again, and flows after its answer.
  mutating func restart() -> [String] {
    channels = channels.filter(\.value.isWanted).mapValues { _ in Channel(isWanted: true, outstanding: 1) }
    return Array(channels.keys)
  }
}
