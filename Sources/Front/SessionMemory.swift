/// Sessions whose cookies one event loop has verified, by the cookies' bytes: a signature is checked once, not per request.
///
/// Holds what a signature says and nothing more: whether the session was signed out, is too old or lost its user is asked
/// of ``Accounts`` each time. Another key makes it forget all. Bounded: past ``most`` it begins anew; cookies that nobody
/// signed are not kept. On its event loop only.
struct SessionMemory {
  private var key: [UInt8] = []
  private var sessions: [String: Session] = [:]

  static let most = 4096

  var count: Int { sessions.count }

  mutating func session(ofCookie cookie: String, _ signer: SessionSigner) -> Session? {
    if key != signer.key { (key, sessions) = (signer.key, [:]) }
    if let known = sessions[cookie] { return known }
    guard let session = signer.session(ofCookie: cookie) else { return nil }
    if sessions.count >= Self.most { sessions.removeAll(keepingCapacity: true) }
    sessions[cookie] = session
    return session
  }
}
