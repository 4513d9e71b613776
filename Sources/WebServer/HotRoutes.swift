package import NIOCore

/// The routes that are answered on the event loop, without a task and without a router.
package protocol HotRoutes: Sendable {
  /// Decides what to do with a request from its head alone; called on the connection's event loop, must not block.
  func decide(_ head: RequestHead, on eventLoop: any EventLoop) -> RequestDecision
  /// The query parameter whose value may differ between requests that are otherwise the same
  /// (``RequestDecision/repeatable``); empty for none.
  var repeatableParameter: String { get }
}

extension HotRoutes {
  package var repeatableParameter: String { "" }
}

/// What to do with a request.
package enum RequestDecision {
  /// Answer now.
  case answer(WebAnswer)
  /// Answer now, and answer requests of the same bytes by `again` from then on, on this event loop. `again` must answer as
  /// `decide` would, for any value of the ``HotRoutes/repeatableParameter`` and whoever the peer is, or say `nil`.
  case repeatable(WebAnswer, again: RepeatedAnswer)
  /// Answer when the future is done; requests behind it wait, and nothing more is read meanwhile.
  case later(EventLoopFuture<WebAnswer>)
  /// Read the body first, then decide again; a longer body is 413, one without length 411.
  case body(maximum: Int, then: (ByteBuffer) -> RequestDecision)
  /// Become a WebSocket; a request that is no valid handshake gets 426 or 400.
  case webSocket((WebSocketOutbound) -> any WebSocketSession)
  /// Leave it to the router.
  case router

  /// A whole answer kept ready.
  package static func bytes(_ bytes: ByteBuffer) -> RequestDecision { .answer(.bytes(bytes)) }
  package static func response(_ response: WebResponse) -> RequestDecision { .answer(.response(response)) }
  package static func error(_ error: WebError) -> RequestDecision { .answer(.response(error.response())) }
}

/// No hot routes: everything goes to the router.
package struct NoHotRoutes: HotRoutes {
  package init() {}
  package func decide(_ head: RequestHead, on eventLoop: any EventLoop) -> RequestDecision { .router }
}
