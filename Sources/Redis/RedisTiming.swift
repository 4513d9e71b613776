package import NIOCore

/// The times and bounds of a connection.
package struct RedisTiming: Sendable {
  package var connectTimeout = TimeAmount.milliseconds(500)
  package var commandTimeout = TimeAmount.seconds(1)
  /// An idle connection is asked for a sign of life this often.
  package var pingInterval = TimeAmount.seconds(1)
  /// A connection that owes bytes is given up after this long without any.
  package var silence = TimeAmount.seconds(3)
  /// Replies that may be awaited at once; more commands fail at once with ``RedisError/overloaded``.
  package var waitingReplies = 10_000
  /// Bytes that may wait for the socket; beyond, commands fail at once.
  package var unsentBytes = 64 << 20
  var limits = RESPLimits()

  package init() {}
}
