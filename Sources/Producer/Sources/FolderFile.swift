import Glibc

/// Reads a regular file that lies, links resolved, in the definitions folder.
struct FolderFile: Hashable, Sendable {
  /// As its definition writes it; the only name that may appear in a reason.
  let path: String
  let folder: String
  let sizeLimit: Int

  /// Tells one content of the file from another.
  struct Stamp: Hashable, Sendable {
    var inode: UInt64
    var size: Int64
    var seconds: Int
    var nanoseconds: Int
  }

  /// The bytes, or `nil` when the file still has the stamp `known`. May block.
  func read(unless known: Stamp?) throws -> (stamp: Stamp, bytes: [UInt8])? {
    let resolved = try resolve()
    var status = stat()
    guard stat(resolved, &status) == 0 else { throw failure(errno) }
    try check(status)
    // Not blocking, so that a FIFO put in its place in between cannot hold us.
    let file = open(resolved, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
    guard file >= 0 else { throw failure(errno) }
    defer { close(file) }
    guard fstat(file, &status) == 0 else { throw failure(errno) }
    try check(status)
    let stamp = Stamp(
      inode: UInt64(status.st_ino), size: Int64(status.st_size), seconds: status.st_mtim.tv_sec,
      nanoseconds: status.st_mtim.tv_nsec)
    if stamp == known { return nil }
    return (stamp, try readAll(file))
  }

  /// Where the file is, links resolved, if that is in the folder and an ordinary file. May block.
  func resolved() throws -> String {
    let path = try resolve()
    var status = stat()
    guard stat(path, &status) == 0 else { throw failure(errno) }
    try check(status)
    return path
  }

  private func resolve() throws -> String {
    guard !path.contains("\0"), let folder = Self.realPath(folder) else { throw SourceError("\(path) does not exist") }
    guard let resolved = Self.realPath(path.hasPrefix("/") ? path : folder + "/" + path) else { throw failure(errno) }
    guard resolved.hasPrefix(folder == "/" ? "/" : folder + "/") else {
      throw SourceError("\(path) lies outside the folder of the dashboards")
    }
    return resolved
  }

  private static func realPath(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
  }

  private func check(_ status: stat) throws {
    guard status.st_mode & S_IFMT == S_IFREG else {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw SourceError("\(path) is \(isFolder ? "a folder, not a file" : "no ordinary file")")
    }
    guard status.st_size <= sizeLimit else { throw tooLarge }
  }

  private func readAll(_ file: Int32) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(file, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure(errno) }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
      // It may grow while we read.
      guard bytes.count <= sizeLimit else { throw tooLarge }
    }
  }

  private var tooLarge: SourceError { SourceError("\(path) is larger than \(sizeLimit >> 10) KiB") }

  private func failure(_ code: Int32) -> SourceError {
    switch code {
    case ENOENT, ENOTDIR: SourceError("\(path) does not exist")
    case EACCES, EPERM: SourceError("\(path) may not be read")
    case ELOOP: SourceError("\(path) is a link that leads nowhere")
    default: SourceError("\(path) cannot be read")
    }
  }
}
