import NIOCore
import NIOHTTP1

/// The headers that every answer carries, errors and 304 included.
package enum SecurityHeaders {
  package static let all: [(name: String, value: String)] = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
  ]

  /// For HTML pages of our own; the caller adds it, because a JSON answer needs none.
  package static let contentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    + "connect-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'; "
    + "require-trusted-types-for 'script'; trusted-types 'none'"

  /// The same headers as they are written, so that a cached answer can be laid out by hand.
  package static let encoded: String = all.map { "\($0.name): \($0.value)\r\n" }.joined()

  /// Adds what the answer does not already set itself.
  static func write(besides headers: HTTPHeaders, into buffer: inout ByteBuffer) {
    guard all.contains(where: { headers.contains(name: $0.name) }) else {
      buffer.writeString(encoded)
      return
    }
    for header in all where !headers.contains(name: header.name) {
      buffer.writeString("\(header.name): \(header.value)\r\n")
    }
  }
}
