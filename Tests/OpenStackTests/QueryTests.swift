import Testing

@testable import OpenStack

struct QueryTests {
  @Test("only unreserved characters stay as they are in a URL")
  func encodes() {
    let query: Query = ["name": "a b/ä", "router:external": "true"]
    #expect(query.urlText == "?name=a%20b%2F%C3%A4&router%3Aexternal=true")
    #expect(Query().urlText == "")
  }

  @Test("the query of a link is read back as it was written")
  func decodes() {
    let query: Query = ["marker": "a b&c=d", "limit": "2"]
    #expect(Query(ofURL: "http://cloud/v2/images" + query.urlText) == query)
    #expect(Query(ofURL: "/v2/images?limit=1&flag").items.count == 2)
  }
}

struct MicroversionTests {
  @Test("versions compare by number, not by text")
  func order() throws {
    #expect(try #require(Microversion("2.9")) < (try #require(Microversion("2.79"))))
    #expect(Microversion("2") == nil)
    #expect(Microversion("2.x") == nil)
  }
}
