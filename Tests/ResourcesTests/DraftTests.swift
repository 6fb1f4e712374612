import Document
import OpenStack
import OrderedCollections
import StackEngine
import Templates
import Testing

@testable import Resources

@Suite struct DraftTests {
  @Test("a rule for any protocol has no ports, and one for all addresses equals Neutron's own words")
  func rules() throws {
    let any = try RuleDraft(["IpProtocol": "-1", "FromPort": "-1", "CidrIp": "10.0.0.0/8"], .ingress)
    #expect(any.protocol == nil && any.firstPort == nil && any.remotePrefix == "10.0.0.0/8")
    let web = try RuleDraft(["IpProtocol": "tcp", "FromPort": "80", "CidrIp": "0.0.0.0/0"], .ingress)
    #expect(web.lastPort == 80 && web.remotePrefix == nil)
    #expect(throws: ResourceError.self) { try RuleDraft(["IpProtocol": "tcp", "FromPort": "web"], .ingress) }
  }

  @Test("a signal is read as cfn-signal sends it, and anything else is none")
  func signals() {
    let text = #"{"Status":"FAILURE","Reason":"no disk","UniqueId":"a","Data":"x"}"#
    let signal = WaitCondition.signal(Array(text.utf8))
    #expect(signal?.isSuccess == false && signal?.reason == "no disk")
    #expect(WaitCondition.signal(Array(#"{"Status":"MAYBE","UniqueId":"a"}"#.utf8)) == nil)
    #expect(WaitCondition.signal([0xff]) == nil)
  }
}
