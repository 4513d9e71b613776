extension SystemText {
  struct Mount: Hashable, Sendable {
    var device: String
    var path: String
    var type: String

    var isNetwork: Bool {
      ["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "ncpfs", "davfs"]
        .contains(type) || type.hasPrefix("fuse")
    }

    func holds(_ file: String) -> Bool { path == "/" || file == path || file.hasPrefix(path + "/") }
  }

  static func mounts(_ text: String) -> [Mount] {
    lines(text).filter { $0.count >= 3 }.map {
      Mount(device: unescape($0[0]), path: unescape($0[1]), type: String($0[2]))
    }
  }

  /// Those on a disk of this machine, each device once, under its shortest path.
  static func realFileSystems(_ mounts: [Mount]) -> [Mount] {
    var seen: Set<String> = []
    let real = mounts.filter { onDisk.contains($0.type) }
    return real.filter { mount in
      let isShortest = !real.contains { $0.device == mount.device && $0.path.count < mount.path.count }
      return isShortest && seen.insert(mount.device).inserted
    }
  }

  private static let onDisk: Set<String> = [
    "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "jfs", "reiserfs", "bcachefs", "vfat", "exfat", "ntfs",
    "ntfs3", "hfsplus", "overlay",
  ]

  // A space is written \040.
  private static func unescape(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      let code = digits.count == 3 ? UInt8(String(decoding: digits, as: UTF8.self), radix: 8) : nil
      if byte == UInt8(ascii: "\\"), let code {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
