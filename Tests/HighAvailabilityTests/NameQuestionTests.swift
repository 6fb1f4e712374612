import Dispatch
import Glibc
import Testing

@testable import HighAvailability

struct NameQuestionTests {
  /// An answer to a question, with so many addresses.
  private static func answer(_ question: NameQuestion, code: UInt8 = 0, addresses: [[UInt8]] = []) -> [UInt8]
  {
    var bytes = question.message(7)
    bytes[2] = 0x81
    bytes[3] = 0x80 | code
    bytes[7] = UInt8(addresses.count)
    for address in addresses {
      // A pointer to the name of the question, the kind, the class, a life of 60 s, and the data.
      bytes +=
        [0xC0, 12, 0, address.count == 4 ? 1 : 28, 0, 1, 0, 0, 0, 60, 0, UInt8(address.count)] + address
    }
    return bytes
  }

  private func outcome(_ question: NameQuestion, _ bytes: [UInt8], number: UInt16 = 7) -> Outcome? {
    bytes.withUnsafeBytes { question.outcome($0, number) }
  }

  private func question(_ record: NameRecord = .a, address: String? = nil) throws -> NameQuestion {
    try #require(NameQuestion("shop.example.", record, address: address))
  }

  @Test("an answer with a record of the kind is up, one with the wanted address where one is wanted")
  func up() throws {
    let plain = try question()
    #expect(outcome(plain, Self.answer(plain, addresses: [[10, 0, 0, 5]])) == .up)
    let wanting = try question(address: "10.0.0.6")
    #expect(outcome(wanting, Self.answer(wanting, addresses: [[10, 0, 0, 5], [10, 0, 0, 6]])) == .up)
    let six = try question(.aaaa, address: "::1")
    #expect(outcome(six, Self.answer(six, addresses: [[UInt8](repeating: 0, count: 15) + [1]])) == .up)
  }

  @Test("an answer without it is down, and says what is the matter")
  func down() throws {
    let plain = try question()
    #expect(outcome(plain, Self.answer(plain)) == .down("shop.example. has no record of the kind a"))
    #expect(outcome(plain, Self.answer(plain, code: 3)) == .down("there is no name shop.example."))
    #expect(
      outcome(plain, Self.answer(plain, code: 2)) == .down("the name server failed to find shop.example."))
    let wanting = try question(address: "10.0.0.6")
    #expect(
      outcome(wanting, Self.answer(wanting, addresses: [[10, 0, 0, 5]]))
        == .down("shop.example. has another address than wanted"))
  }

  @Test("what isn't the answer is left alone, and what is cut short is down")
  func odd() throws {
    let plain = try question()
    let whole = Self.answer(plain, addresses: [[10, 0, 0, 5]])
    #expect(outcome(plain, whole, number: 8) == nil)
    #expect(outcome(plain, plain.message(7)) == nil)
    #expect(outcome(plain, []) == nil)
    for count in 4..<whole.count {
      #expect(outcome(plain, Array(whole.prefix(count))) == .down("the name server's answer makes no sense"))
    }
  }

  @Test(
    "what is no name, or no address, is no question",
    arguments: ["", ".", "a b.c", String(repeating: "x", count: 64)])
  func invalid(_ name: String) {
    #expect(NameQuestion(name, .a, address: nil) == nil)
    #expect(NameQuestion("a.b", .a, address: "here") == nil)
  }

  @Test("a name server is asked over the network")
  func network() async throws {
    let plain = try question()
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(descriptor) }
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        _ = bind(descriptor, pointer, size)
        _ = getsockname(descriptor, pointer, &size)
      }
    }
    let port = Int(UInt16(bigEndian: place.sin_port))
    let answer = Self.answer(plain, addresses: [[10, 0, 0, 5]])
    // In a thread of its own, since it blocks.
    DispatchQueue(label: "name server").async {
      var buffer = [UInt8](repeating: 0, count: 512)
      var from = sockaddr_in()
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      withUnsafeMutablePointer(to: &from) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
          _ = recvfrom(descriptor, &buffer, buffer.count, 0, pointer, &length)
          let reply = Array(buffer.prefix(2)) + answer.dropFirst(2)
          _ = sendto(descriptor, reply, reply.count, 0, pointer, length)
        }
      }
    }
    let loop = try ProbeLoop.start(names: NameResolver())
    let asked = try #require(NameQuery("shop.example.", port: port).question(at: "127.0.0.1"))
    #expect(await loop.ask(asked, within: .seconds(10)) == .up)
    let (closed, deaf) = WebServer.listen()
    close(closed)
    let refused = try #require(NameQuery("shop.example.", port: deaf).question(at: "127.0.0.1"))
    #expect(await loop.ask(refused, within: .seconds(10)) == .down("connection refused"))
  }
}
