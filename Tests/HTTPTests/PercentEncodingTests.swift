import Testing

@testable import HTTP

@Suite("A piece of a URL")
struct PercentEncodingTests {
  @Test(
    "says each text so that it comes back", arguments: ["", "a b/c?d=e&f", "ä+%41", "~-._", "\u{0}\u{7F}"])
  func comesBack(text: String) {
    let encoded = percentEncoded(text)
    #expect(encoded.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/?&=+ ".utf8.contains($0) })
    #expect(percentDecoded(encoded) == text)
    #expect(exactlyPercentDecoded(encoded) == text)
  }

  @Test("keeps what it is told to keep, and a plus")
  func keeps() {
    #expect(percentEncoded("a/b:c", keeping: "/") == "a/b%3Ac")
    #expect(percentDecoded("a+b") == "a+b")
  }

  @Test(
    "with a percent sign that lacks its digits stays as it is, or is refused",
    arguments: ["%", "%4", "%+4", "a%zz"])
  func lacksDigits(text: String) {
    #expect(percentDecoded(text) == text)
    #expect(exactlyPercentDecoded(text) == nil)
  }

  @Test("that is no UTF-8 is refused")
  func isNoText() { #expect(exactlyPercentDecoded("%FF") == nil) }
}
