import NIOCore
import NIOPosix
import NIOSSL
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What stands in a log when no connection can be had: one short line, whatever the layers below say.
enum ConnectProblem {
  static let noTLS = "the server does not speak TLS on this port (redis:// instead of rediss://?)"
  static let onlyTLS = "the server speaks TLS on this port (rediss:// instead of redis://?)"

  static func text(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError: text(error)
    case let error as IOError: String(cString: strerror(error.errnoCode))
    case ChannelError.connectTimeout: "no answer in time"
    case let error as NIOSSLError: text(error)
    case let error as NIOSSLExtraError where error == .failedToValidateHostname:
      "the server's certificate is made out to another name"
    case is NIOSSLExtraError: "the server's certificate cannot be used"
    case let error as BoringSSLError: tls("\(error)")
    default: "\(error)"
    }
  }

  static func isReset(_ error: any Error) -> Bool { (error as? IOError)?.errnoCode == ECONNRESET }

  private static func text(_ error: NIOConnectionError) -> String {
    if let attempt = error.connectionErrors.first { return text(attempt.error) }
    return "the host \(error.host) is not found"
  }

  private static func text(_ error: NIOSSLError) -> String {
    switch error {
    case .handshakeFailed(let reason): tls("\(reason)")
    case .uncleanShutdown: "the server closed the connection"
    default: tls("\(error)")
    }
  }

  private static func tls(_ words: String) -> String {
    let known = [
      ("CERTIFICATE_VERIFY_FAILED", "the server's certificate is not from an authority we trust, or has expired"),
      ("WRONG_VERSION_NUMBER", noTLS), ("HTTP_REQUEST", noTLS),
      ("CERTIFICATE_REQUIRED", "the server wants a certificate from us"),
      ("HANDSHAKE_FAILURE", "the server refused the TLS handshake; it may want a certificate from us"),
      ("eofDuringHandshake", "the server closed the connection during the TLS handshake"),
      ("UNKNOWN_CA", "the server does not trust the authority of our certificate"),
    ]
    return known.first { words.contains($0.0) }?.1 ?? "TLS failed: \(words.prefix(200))"
  }
}
