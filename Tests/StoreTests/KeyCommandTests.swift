import Glibc
import Testing

@testable import Store

@Suite("A command that prints a store's key")
struct KeyCommandTests {
  @Test("gives the key, whatever is around it")
  func key() async throws {
    let digits = String(repeating: "0f", count: 32)
    for text in ["echo \(digits)", "printf ' \(digits)\\r\\n\\n'", "cat <<!\n\(digits)\n!"] {
      let key = try await KeyCommand(text, source: "KEY").key()
      #expect(try key.seal.opens(key.seal.check()))
    }
  }

  @Test(
    "that doesn't is told, without what it is or prints",
    arguments: [
      ("true", "prints nothing"),
      ("echo geheim", "prints 6 characters that are no key"),
      ("head -c 5000 /dev/zero | tr '\\0' 1", "prints more than a key"),
      ("echo geheim; exit 3", "has failed with exit code 3"),
      ("no-such-program-geheim 2>/dev/null", "has failed with exit code 127"),
      ("kill -9 $$", "was ended by signal 9"),
    ])
  func failures(command: String, message: String) async throws {
    let error = await #expect(throws: StoreError.self) {
      try await KeyCommand(command, source: "KEY").key()
    }
    #expect(error?.code == .keyCommand)
    #expect(error?.message == "the command of KEY \(message)")
    #expect(error?.hint?.contains("geheim") == false)
  }

  @Test(
    "that prints no end, or doesn't end, is stopped",
    arguments: ["exec sleep 600", "exec >&-; exec sleep 600"])
  func deadline(command: String) async throws {
    let start = ContinuousClock.now
    let error = await #expect(throws: StoreError.self) {
      try await KeyCommand(command, source: "KEY", patience: .milliseconds(200)).key()
    }
    #expect(error?.message.contains("has printed no key") ?? false)
    #expect(ContinuousClock.now - start < .seconds(500))
  }

  @Test("doesn't read kiln's standard input")
  func input() async throws {
    let error = await #expect(throws: StoreError.self) { try await KeyCommand("cat", source: "KEY").key() }
    #expect(error?.message == "the command of KEY prints nothing")
  }
}
