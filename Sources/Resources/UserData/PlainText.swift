#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The text that `Fn::Base64` hid, or the text itself when it is none in base64.
func plainText(ofUserData text: String) -> String {
  let packed = text.filter { !$0.isWhitespace }
  guard packed.utf8.count % 4 == 0, let data = Data(base64Encoded: packed) else { return text }
  return String(validating: data, as: UTF8.self) ?? text
}
