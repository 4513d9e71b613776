import Foundation

/// Certificates of a test, made by openssl: an authority, a server's for localhost and 127.0.0.1, a client's, and another
/// authority that signed nothing.
package final class Certificates: Sendable {
  package let directory: String
  package var authority: String { "\(directory)/ca.pem" }
  package var otherAuthority: String { "\(directory)/other.pem" }

  package static let isAvailable = FileManager.default.isExecutableFile(atPath: openssl)
  private static let openssl = "/usr/bin/openssl"

  /// `name` is what the server's certificate is made out to.
  package init(name: String = "DNS:localhost,IP:127.0.0.1") throws {
    directory = "/tmp/splitflap-certificates-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try makeAuthority("ca")
    try makeAuthority("other")
    try sign("server", name: name)
    try sign("client", name: "DNS:client")
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  package func certificate(_ who: String) -> String { "\(directory)/\(who).pem" }
  package func key(_ who: String) -> String { "\(directory)/\(who).key" }

  /// The options of a redis-server that speaks TLS on this port and nothing else anywhere.
  package func options(port: Int, asksClients: Bool = false) -> [String] {
    [
      "--port", "0", "--tls-port", "\(port)", "--tls-cert-file", certificate("server"), "--tls-key-file", key("server"),
      "--tls-ca-cert-file", authority, "--tls-auth-clients", asksClients ? "yes" : "no", "--tls-replication", "yes",
    ]
  }

  private func makeAuthority(_ who: String) throws {
    try run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
      "/CN=\(who)", "-keyout", key(who), "-out", certificate(who))
  }

  private func sign(_ who: String, name: String) throws {
    let request = "\(directory)/\(who).csr", extensions = "\(directory)/\(who).ext"
    try "subjectAltName=\(name)".write(toFile: extensions, atomically: true, encoding: .utf8)
    try run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(who)", "-keyout",
      key(who), "-out", request)
    try run("x509", "-req", "-in", request, "-CA", authority, "-CAkey", key("ca"), "-CAcreateserial", "-days", "2",
      "-extfile", extensions, "-out", certificate(who))
  }

  private func run(_ words: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.openssl)
    process.arguments = words
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw RedisServerFailure(reason: "openssl \(words[0]) failed") }
  }
}
