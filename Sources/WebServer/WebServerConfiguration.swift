package import NIOCore

/// Where the server listens and what it tolerates.
package struct WebServerConfiguration: Sendable {
  /// The address to bind; loopback unless told otherwise.
  package var host = "127.0.0.1"
  /// The port to bind; 0 lets the system choose, and `onBound` tells which.
  package var port = 8080
  /// Lets several processes share one port.
  package var reusePort = false
  /// The names a `Host` header may carry, lower case and without port; `nil` allows any.
  package var allowedHosts: [String]?
  /// What a 421 answer tells people to change.
  package var allowedHostsHint = "Add the host to the allowed hosts of this server."
  /// The peers whose `X-Forwarded-For` is believed; they have no per-address connection limit.
  package var trustedProxies: [AddressRange] = []
  /// Agrees to compress WebSocket messages, and to send answers as gzip, where that pays.
  package var compresses = true
  /// Answers a request that came before, byte for byte, without reading it again (``RepeatedRequests``).
  package var remembersRequests = true
  package var limits = WebLimits()

  package init(host: String = "127.0.0.1", port: Int = 8080) {
    self.host = host
    self.port = port
  }

  /// True when this machine alone reaches the server.
  package var isLoopback: Bool {
    host == "localhost" || ["127.0.0.0/8", "::1"].compactMap(AddressRange.init).contains { $0.contains(host) }
  }
}

/// Every bound of the server; the defaults are the documented ones.
package struct WebLimits: Sendable {
  /// All header names and values of a request together, with its target; more is 431.
  package var headerBlockBytes = 16 * 1024
  /// One header name or value, or the request target; more is 431.
  package var headerFieldBytes = 8 * 1024
  /// Header fields of a request; more is 431.
  package var headerFields = 100
  /// From the first byte of a request to the end of its header.
  package var headerTime = TimeAmount.seconds(5)
  /// Silence between two requests.
  package var idleTime = TimeAmount.seconds(75)
  /// From the end of the header to the end of the body.
  package var bodyTime = TimeAmount.seconds(30)
  /// How long a peer may take nothing of what is written to it.
  package var writeTime = TimeAmount.seconds(30)
  /// How long input is still read and dropped after the last answer, so that the peer sees it.
  package var lingerTime = TimeAmount.seconds(2)
  /// The body a route of the router may get.
  package var routerBodyBytes = 1024 * 1024
  /// The body that is read and dropped when no route wants it; beyond it the connection is closed.
  package var ignoredBodyBytes = 64 * 1024
  /// Answers up to this size are sent in one piece with their length; longer ones are streamed.
  package var collectedAnswerBytes = 256 * 1024
  /// Requests sent ahead without waiting for answers; the connection is closed after this many.
  package var pipelinedRequests = 100
  /// A WebSocket message; more is close code 1009.
  package var webSocketMessageBytes = 64 * 1024
  /// WebSocket handshakes per second; more is 503.
  package var handshakesPerSecond = 2_000
  package var connections = 10_000
  /// Connections of one address, unless it is loopback or a trusted proxy.
  package var connectionsPerAddress = 200
  /// From the wish to stop until the last connection is cut.
  package var shutdownTime = TimeAmount.seconds(8)

  package init() {}
}
