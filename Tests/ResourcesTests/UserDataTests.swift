import Document
import Testing

@testable import Resources

@Suite struct UserDataTests {
  @Test("a guest gets the parts that heat-cfntools expect, in order")
  func parts() throws {
    let data = UserData(script: "#!/bin/sh\ntrue\n", metadata: ["AWS::CloudFormation::Init": ["config": [:]]])
    #expect(
      data.parts.map(\.name) == [
        "cloud-config", "boothook.sh", "part-handler.py", "cfn-userdata", "loguserdata.py", "cfn-init-data",
      ])
    #expect(
      data.parts.map(\.type) == [
        "text/cloud-config", "text/cloud-boothook", "text/part-handler", "text/x-cfninitdata",
        "text/x-shellscript", "text/x-cfninitdata",
      ])
    let text = String(decoding: try data.encoded(), as: UTF8.self)
    #expect(text.hasPrefix("Content-Type: multipart/mixed; boundary="))
    #expect(text.contains(#"{"AWS::CloudFormation::Init":{"config":{}}}"#))
  }

  @Test("user data that Nova would refuse is refused before it is sent")
  func tooLarge() {
    let data = UserData(script: String(repeating: "x", count: 60_000), metadata: nil)
    let error = #expect(throws: ResourceError.self) { try data.encoded() }
    #expect(error?.code == .userDataTooLarge)
  }

  @Test("what Fn::Base64 made becomes the script again, and a plain script stays")
  func base64() {
    #expect(plainText(ofUserData: "IyEvYmluL3NoCg==") == "#!/bin/sh\n")
    #expect(plainText(ofUserData: "#!/bin/sh\n") == "#!/bin/sh\n")
  }
}
