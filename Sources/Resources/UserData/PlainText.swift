import Document

/// The text that `Fn::Base64` hid, or the text itself when it is none in base64.
func plainText(ofUserData text: String) -> String {
  let packed = text.filter { !$0.isWhitespace }
  guard packed.utf8.count % 4 == 0, let bytes = Base64.decode(packed) else { return text }
  return String(validating: bytes, as: UTF8.self) ?? text
}
