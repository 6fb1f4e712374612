import HTTP
import Testing

struct HeadersTests {
  @Test("a header is found whatever the case of its name")
  func caseless() {
    var headers: Headers = ["X-Auth-Token": "a"]
    headers["x-auth-token"] = "b"
    #expect(headers["X-AUTH-TOKEN"] == "b")
    #expect(headers.fields.count == 1)
  }
}
