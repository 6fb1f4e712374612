import Document
import Testing

struct SuggestionTests {
  @Test("a slip of the finger is recognised")
  func near() {
    #expect(nearest(to: "m1.smal", among: ["m1.tiny", "m1.small", "m1.large"]) == "m1.small")
    #expect(nearest(to: "Fn::Jion", among: ["Fn::Join", "Fn::Sub"]) == "Fn::Join")
  }

  @Test("an unlike name is not suggested")
  func far() {
    #expect(nearest(to: "volume", among: ["server", "image"]) == nil)
  }
}
