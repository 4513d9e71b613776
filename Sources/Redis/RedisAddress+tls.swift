import NIOSSL

extension RedisAddress {
  /// Made once per client, for reading the authorities costs milliseconds; `nil` without TLS.
  func makeTLS() throws(RedisAddressError) -> NIOSSLContext? {
    guard usesTLS else {
      guard authorityFile == nil, certificateFile == nil else {
        throw RedisAddressError("an authority or a certificate is named, but the address is not rediss://")
      }
      return nil
    }
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    if let authorityFile {
      tls.trustRoots = .certificates(try Self.certificates(in: authorityFile, "authority"))
    }
    if let certificateFile {
      tls.certificateChain = try Self.certificates(in: certificateFile, "certificate").map { .certificate($0) }
      tls.privateKey = .privateKey(try key())
    }
    do { return try NIOSSLContext(configuration: tls) } catch {
      throw RedisAddressError("the certificate and its key do not fit")
    }
  }

  private func key() throws(RedisAddressError) -> NIOSSLPrivateKey {
    guard let keyFile else { throw RedisAddressError("the certificate's key file is not named") }
    do { return try NIOSSLPrivateKey(file: keyFile, format: .pem) } catch {
      throw RedisAddressError("the key file \(keyFile) cannot be read as PEM")
    }
  }

  private static func certificates(in path: String, _ what: String) throws(RedisAddressError) -> [NIOSSLCertificate] {
    if let found = try? NIOSSLCertificate.fromPEMFile(path), !found.isEmpty { return found }
    throw RedisAddressError("the \(what) file \(path) cannot be read as PEM")
  }
}
