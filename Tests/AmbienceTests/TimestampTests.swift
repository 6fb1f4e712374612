import Ambience
import Testing

struct TimestampTests {
  @Test(
    "an OpenStack time is read whatever its form",
    arguments: [
      "2012-06-27T09:30:00Z", "2012-06-27T09:30:00", "2012-06-27 09:30:00", "2012-06-27T09:30:00.000000",
      "2012-06-27T11:30:00+02:00",
    ])
  func reads(_ text: String) {
    #expect(Timestamp(iso8601: text)?.description == "2012-06-27T09:30:00Z")
  }

  @Test("a fraction is kept to the millisecond")
  func fraction() {
    #expect(Timestamp(iso8601: "1970-01-01T00:00:01.2345Z")?.milliseconds == 1235)
  }

  @Test("what is no time is refused", arguments: ["", "yesterday", "2012-06-27", "2012-06-27T09:30:00 soon"])
  func refuses(_ text: String) {
    #expect(Timestamp(iso8601: text) == nil)
  }
}

struct AmbientTests {
  @Test("a UUID is version 4 and follows the randomness it is given")
  func uuid() {
    let zeros = Ambient(
      now: { Timestamp(milliseconds: 0) }, uptime: { .zero }, sleep: { _ in }, random: { 0 })
    #expect(zeros.uuid() == "00000000-0000-4000-8000-000000000000")
  }
}
