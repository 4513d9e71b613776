package import NIOCore

/// A whole answer kept ready, to be written many times; its `Date` is renewed when it is asked for (RFC 9110 §6.6.1).
package struct DatedAnswer: Sendable {
  package private(set) var bytes: ByteBuffer
  private var date: String
  private let datePlace: Int

  /// `date` is the present one (``DateClock``).
  package init(_ response: WebResponse, _ date: String) {
    bytes = ByteBuffer()
    response.write(into: &bytes, options: WebResponse.WriteOptions(date: date))
    self.date = date
    // In the header, which stands first; its values have no line breaks.
    let name = Array("\r\nDate: ".utf8)
    datePlace = (bytes.readableBytesView.firstRange(of: name)?.upperBound).map { Int($0) } ?? bytes.writerIndex
  }

  /// The answer with this date; a copy once a second.
  package mutating func bytes(_ date: String) -> ByteBuffer {
    if date != self.date, datePlace + date.utf8.count <= bytes.writerIndex {
      self.date = date
      bytes.setString(date, at: datePlace)
    }
    return bytes
  }
}
