/// Decides when what is seen of a folder is worth loading: a file counts once two looks agree about it, and is gone only
/// after a grace, for editors empty files or remove them before they write anew.
///
/// Worked example, a look every 150 ms: `a.yml` reads 1, then nothing (emptied), then 2, then 2. The third look differs
/// from the second, so `a.yml` is held; at the fourth it is loaded as 2, and nobody ever saw it empty.
package struct FolderSettling: Sendable {
  /// How long a file that is away may still come back.
  package static let grace = Duration.seconds(1)

  package enum Step: Hashable, Sendable {
    case wait
    /// Load the folder; of the files that are `holding` nothing is to be believed yet.
    case load(holding: Set<String>)
  }

  /// What was loaded.
  private var taken: FolderPicture
  private var last: FolderPicture
  private var awaySince: [String: Duration] = [:]

  /// `picture` is what is being loaded at the start.
  package init(_ picture: FolderPicture = FolderPicture()) { (taken, last) = (picture, picture) }

  /// What to do after a look; `now` is told by a clock that never goes back.
  package mutating func saw(_ picture: FolderPicture, now: Duration) -> Step {
    var held: Set<String> = [], isChanged = false
    for name in Set(taken.files.keys).union(picture.files.keys) {
      let content = picture.files[name]
      guard content != taken.files[name] else {
        awaySince[name] = nil
        continue
      }
      if hasWaited(name, content, now: now), content == last.files[name] { isChanged = true } else { held.insert(name) }
    }
    last = picture
    return isChanged ? .load(holding: held) : .wait
  }

  private mutating func hasWaited(_ name: String, _ content: FolderPicture.Content?, now: Duration) -> Bool {
    guard content?.isAway ?? true else {
      awaySince[name] = nil
      return true
    }
    let since = awaySince[name] ?? now
    awaySince[name] = since
    return now - since >= Self.grace
  }

  /// A load came to its end; `after` was seen then. False: a file changed meanwhile, so that what was loaded may be half
  /// of a file; it counts for nothing.
  package mutating func loaded(holding held: Set<String>, after: FolderPicture) -> Bool {
    let before = last
    last = after
    let names = Set(before.files.keys).union(after.files.keys).subtracting(held)
    guard names.allSatisfy({ before.files[$0] == after.files[$0] }) else { return false }
    for name in names.union(taken.files.keys).subtracting(held) {
      taken.files[name] = before.files[name]
      awaySince[name] = nil
    }
    return true
  }
}
