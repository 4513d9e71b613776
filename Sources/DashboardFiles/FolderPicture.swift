/// What a folder of definitions held at one look: every file by its path below the folder.
package struct FolderPicture: Hashable, Sendable {
  package struct Content: Hashable, Sendable {
    /// The same for the same bytes.
    package var number: UInt64
    /// Empty, or not to be read just now: an editor may be between emptying the file and writing it.
    package var isAway: Bool

    package init(number: UInt64, isAway: Bool = false) {
      self.number = number
      self.isAway = isAway
    }
  }

  package var files: [String: Content]

  package init(_ files: [String: Content] = [:]) { self.files = files }
}
