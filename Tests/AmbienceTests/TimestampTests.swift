import Ambience
import Testing

struct TimestampTests {
  @Test(
    "an OpenStack time is read whatever its form",
    arguments: [
      "2012-06-27T09:30:00Z", "2012-06-27T09:30:00", "2012-06-27 09:30:00", "2012-06-27T09:30:00.000000",
      "2012-06-27T11:30:00+02:00", "2012-06-27T11:30:00.000+0200", "2012-06-27 06:00:00-03:30",
    ])
  func reads(_ text: String) {
    #expect(Timestamp(iso8601: text)?.description == "2012-06-27T09:30:00Z")
  }

  @Test("a fraction is kept to the millisecond")
  func fraction() {
    #expect(Timestamp(iso8601: "1970-01-01T00:00:01.2345Z")?.milliseconds == 1235)
  }

  @Test(
    "an instant is written as it is read",
    arguments: [
      "1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2000-02-29T23:59:59Z", "1900-03-01T00:00:00Z",
      "2026-11-29T16:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z",
    ])
  func writes(_ text: String) {
    #expect(Timestamp(iso8601: text)?.description == text)
  }

  @Test("an instant before 1970 is in the second that has begun")
  func early() {
    #expect(Timestamp(milliseconds: -1).description == "1969-12-31T23:59:59Z")
  }

  @Test(
    "what is no time is refused",
    arguments: [
      "", "yesterday", "2012-06-27", "2012-06-27T09:30:00 soon", "2011-02-29T00:00:00Z",
      "2012-13-01T00:00:00Z",
      "2012-06-31T00:00:00Z", "2012-06-27T24:00:00Z", "2012-06-27T09:60:00Z", "2012-06-27T09:30:00Zulu",
      "2012-06-27T09:30:00+2", "2012-06-27T09:30:00.", "2012-6-27T09:30:00Z", "2012-06-27T09:30:00+0200x",
    ])
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
