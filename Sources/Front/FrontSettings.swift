package import NIOCore

/// What a front can be told; read once at start.
package struct FrontSettings: Sendable {
  /// The dashboard that `/` leads to, if it exists.
  package var home = "overview"
  /// The folder of the browser client's files.
  package var clientFolder = "client"
  /// `Secure` on the session cookie; needs TLS in front.
  package var secureCookies = false
  /// Answers polls and client files as gzip where that pays.
  package var compresses = true
  /// Who may sign in; nobody, where there is no users file.
  package var accounts = Accounts(nil)
  package var limits = FrontLimits()

  package init() {}
}

/// The bounds of a front (docs/operations.md); all have tests that reach them.
package struct FrontLimits: Sendable {
  /// A page stays watched this long after its last viewer, so that the next one is served from memory.
  package var watchedAfterLastViewer = TimeAmount.seconds(60)
  /// A name without a page is forgotten sooner, so that made-up names do not fill the front.
  package var watchedWhileAbsent = TimeAmount.seconds(5)
  /// Silence of a shard's owner after which who polls is asked to come when ``Freshness/patience`` is over, and not only
  /// after his interval (decision 28).
  package var quietOwner = TimeAmount.seconds(1)
  /// Silence of a shard's owner, or of the store, after which the front says that it is not ready.
  package var unheardWhileReady = TimeAmount.seconds(5)
  /// How long a poll or a socket waits for a page this front does not know yet.
  package var firstAnswer = TimeAmount.milliseconds(1500)
  /// How long a poll waits for a version another front has shown already.
  package var catchUp = TimeAmount.milliseconds(250)
  /// How long an event sent by Ajax waits before it is answered `queued`.
  package var eventAnswer = TimeAmount.seconds(10)
  /// How long a front that was told to stop serves as before, but for being ready, until balancers have noticed.
  package var noticedWithin = TimeAmount.seconds(2)
  /// From the wish to stop until events that still wait are answered `queued`; before connections are cut
  /// (``WebLimits/shutdownTime``).
  package var lastEventAnswer = TimeAmount.seconds(7)
  /// Least time between two frames to one viewer. Less than the 50 ms at which producers commit, so that their pace
  /// passes as it is and takes no timers.
  package var frameInterval = TimeAmount.milliseconds(40)
  /// A frame that is not drained after this closes the socket with 4008: gone within 10 s, with the time in which he may still
  /// take that word, and what a busy front needs besides.
  package var slowViewer = TimeAmount.seconds(9)
  package var slowGoodbye = TimeAmount.milliseconds(500)
  /// What may be said beside frames to a viewer who takes nothing; more closes his socket with 4008.
  package var unreadBytes = 64 * 1024
  /// Silence of a browser after which its socket is closed with 4012: gone within 15 s, with the second until that is
  /// noticed and the two it may take to answer.
  package var silentViewer = TimeAmount.seconds(12)
  /// Silence of the server after which it pings.
  package var pingAfter = TimeAmount.milliseconds(2500)
  /// Silence of a browser after which it is pinged, however much is said to it: late enough to be rare among thousands, and
  /// early enough for an answer before ``silentViewer``.
  package var askAfter = TimeAmount.seconds(8)
  package var helloWithin = TimeAmount.seconds(5)
  package var eventBodyBytes = 64 * 1024
  package var eventDepth = 16
  /// Pages watched at once; more answer 503.
  package var watchedPages = 20_000
  /// Events waiting for their reply; more answer `retry`.
  package var waitingEvents = 20_000
  package var eventsPerSecond = 20.0
  package var eventBurst = 40.0

  package init() {}
}
