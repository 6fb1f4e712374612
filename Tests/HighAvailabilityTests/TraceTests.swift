import Glibc
import HighAvailability
import Testing

struct TraceTests {
  static let folder = String(#filePath.dropLast("TraceTests.swift".count)) + "Cases/"

  static let names = [
    "heals-itself", "restart-heals", "climbs-to-the-end", "climbs-within-one-incident", "tries-age",
    "recovery-renews-lower-rungs", "healthy-span-resets", "grace-and-settle", "unknown-is-not-down",
    "backoff", "custom-escalates", "custom-holds", "custom-retries", "action-fails", "cloud-unreachable",
    "busy-stack", "maintenance", "resumed-by-hand", "notify-then-replace",
  ]

  @Test("a policy decides on a trace as recorded", arguments: names)
  func plays(_ name: String) throws {
    let trace = Trace(try read(name))
    #expect(trace.played() == trace.expected)
  }

  private func read(_ name: String) throws -> String {
    let file = try #require(fopen(Self.folder + name + ".trace", "r"), "no such trace: \(name)")
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
