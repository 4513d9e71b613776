import DashboardModel
import NIOCore

/// What was encoded of one version of a page, by the version it leads on from; `nil` leads on from anything. Bounded by
/// number and by size, for a viewer names any version it likes: past the bounds answers are encoded each time.
struct EncodedAnswers {
  private var answers: [Version?: ByteBuffer] = [:]
  private var bytes = 0

  private static let most = 256
  private static let mostBytes = 4 << 20

  var count: Int { answers.count }

  subscript(since: Version?) -> ByteBuffer? { answers[since] }

  /// The whole page is kept however large it is: there is one of it.
  mutating func keep(_ answer: ByteBuffer, for since: Version?) {
    let fits = answers.count < Self.most && bytes + answer.readableBytes <= Self.mostBytes
    guard answers[since] == nil, fits || since == nil else { return }
    answers[since] = answer
    if since != nil { bytes += answer.readableBytes }
  }

  mutating func removeAll() {
    answers.removeAll(keepingCapacity: true)
    bytes = 0
  }
}
