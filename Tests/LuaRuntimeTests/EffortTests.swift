import Testing

@testable import LuaRuntime

struct EffortTests {
  @Test("who computes gives way after a millisecond, stops at his limit, and has half of one to clean up")
  func marks() {
    var effort = Effort(limit: .milliseconds(20))
    #expect(effort.reach(.microseconds(999)) == nil)
    #expect(!effort.givesWay)
    #expect(effort.left(after: .microseconds(400)) == .microseconds(600))
    #expect(effort.reach(.milliseconds(2)) == .giveWay)
    #expect(effort.givesWay)
    #expect(effort.left(after: .milliseconds(2)) == .milliseconds(18))
    #expect(effort.reach(.milliseconds(19)) == nil)
    #expect(effort.reach(.milliseconds(20)) == .stop)
    #expect(effort.reach(.milliseconds(20)) == nil)
    #expect(effort.reach(.microseconds(20_500)) == .insist)
    #expect(effort.reach(.seconds(1)) == nil)
    #expect(effort.left(after: .seconds(1)) == nil)
  }

  @Test("who isn't known to answer soon gives way from the start")
  func stranger() {
    var effort = Effort(limit: .milliseconds(20), givesWay: true)
    #expect(effort.givesWay)
    #expect(effort.left(after: .milliseconds(2)) == .milliseconds(18))
    #expect(effort.reach(.milliseconds(19)) == nil)
    #expect(effort.reach(.milliseconds(20)) == .stop)
  }

  @Test("whoever looks late comes to one mark after the other, and the time to clean up is whole")
  func late() {
    var effort = Effort(limit: .milliseconds(20))
    #expect(effort.reach(.milliseconds(30)) == .giveWay)
    #expect(effort.reach(.milliseconds(30)) == .stop)
    #expect(effort.reach(.milliseconds(30)) == nil)
    #expect(effort.left(after: .milliseconds(30)) == .microseconds(500))
    #expect(effort.reach(.milliseconds(31)) == .insist)
  }

  @Test("a limit of less than a millisecond comes first")
  func small() {
    var effort = Effort(limit: .microseconds(500))
    #expect(effort.reach(.microseconds(500)) == .giveWay)
    #expect(effort.reach(.microseconds(500)) == .stop)
  }

  @Test("who has answered soon eight times is known to, until an answer takes long")
  func repute() {
    var repute = Repute()
    #expect(repute.turn == .long)
    for _ in 0..<7 { #expect(repute.note(.microseconds(50)) == .long) }
    for _ in 0..<9 { #expect(repute.note(.microseconds(50)) == .short) }
    #expect(repute.note(.milliseconds(1)) == .long)
    for _ in 0..<7 { #expect(repute.note(.zero) == .long) }
    #expect(repute.note(.zero) == .short)
  }
}
