#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Reads plain files only: a FIFO or a device in a folder must not hold the program up.
enum RegularFile {
  enum Failure: Error, Hashable, Sendable {
    case missing, denied, notAFile, tooLarge
  }

  static func contents(of path: String, limit: Int) -> Result<[UInt8], Failure> {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return .failure(errno == EACCES ? .denied : .missing) }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return .failure(.notAFile) }
    guard facts.st_size <= limit else { return .failure(.tooLarge) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= limit {
      let count = buffer.withUnsafeMutableBytes { Self.readOnce(descriptor, $0) }
      guard count >= 0 else { return .failure(.denied) }
      if count == 0 { return .success(bytes) }
      bytes += buffer[..<count]
    }
    return .failure(.tooLarge)
  }

  private static func readOnce(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    while true {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 || errno != EINTR { return count }
    }
  }
}
