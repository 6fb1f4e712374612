package import Document

/// What a guest with heat-cfntools finds as its user data: a multipart MIME message for cloud-init.
///
/// The parts, their names and their types are the interface between Heat and its guests. Addresses of metadata
/// and watch servers are left out: a shell has none.
package struct UserData: Sendable {
  package struct Part: Sendable, Hashable {
    package let name: String
    package let type: String
    package let content: String
  }

  /// Nova's limit for the text in base64 (65,535 bytes).
  package static let limit = 65_535

  package let parts: [Part]

  package init(script: String, metadata: Value?) {
    var parts = [
      Part(name: "cloud-config", type: "text/cloud-config", content: Guest.cloudConfig),
      Part(name: "boothook.sh", type: "text/cloud-boothook", content: Guest.bootHook),
      Part(name: "part-handler.py", type: "text/part-handler", content: Guest.partHandler),
      Part(name: "cfn-userdata", type: "text/x-cfninitdata", content: script),
      Part(name: "loguserdata.py", type: "text/x-shellscript", content: Guest.runner),
    ]
    if let metadata {
      parts.append(Part(name: "cfn-init-data", type: "text/x-cfninitdata", content: metadata.jsonText()))
    }
    self.parts = parts
  }

  init(parts: [Part]) { self.parts = parts }

  /// The message as bytes for Nova.
  ///
  /// - Throws: `user_data_too_large` when Nova would not take it.
  package func encoded() throws(ResourceError) -> [UInt8] { try Self.checked(text) }

  /// The message.
  var text: String {
    var boundary = "===============kiln-user-data=="
    while parts.contains(where: { $0.content.contains(boundary) }) { boundary = "=" + boundary }
    var text = "Content-Type: multipart/mixed; boundary=\"\(boundary)\"\nMIME-Version: 1.0\n\n"
    for part in parts {
      let isASCII = part.content.utf8.allSatisfy { $0 < 128 }
      text += "--\(boundary)\nContent-Type: \(part.type); charset=\"\(isASCII ? "us-ascii" : "utf-8")\"\n"
      text += "MIME-Version: 1.0\nContent-Transfer-Encoding: \(isASCII ? "7bit" : "8bit")\n"
      text += "Content-Disposition: attachment; filename=\"\(part.name)\"\n\n\(part.content)\n"
    }
    return text + "--\(boundary)--\n"
  }

  /// User data that Nova takes.
  static func checked(_ text: String) throws(ResourceError) -> [UInt8] {
    let bytes = Array(text.utf8)
    let size = (bytes.count + 2) / 3 * 4
    guard size > Self.limit else { return bytes }
    throw ResourceError(
      .userDataTooLarge, "the user data takes \(size) bytes in base64; Nova takes \(Self.limit)",
      hint: "let the guest fetch the larger parts of UserData and Metadata from somewhere")
  }
}
