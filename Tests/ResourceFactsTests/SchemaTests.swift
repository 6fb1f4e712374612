import OrderedCollections
import Templates
import Testing

@testable import ResourceFacts

@Suite struct SchemaTests {
  @Test("the schemas of the templates of 2012 are known without a cloud")
  func known() throws {
    let schemas = try ResourceSchemas()
    let instance = try #require(schemas["AWS::EC2::Instance"])
    #expect(instance.properties["ImageId"]?.isRequired == true)
    #expect(instance.properties["InstanceType"]?.updatesInPlace == true)
    #expect(instance.properties["SubnetId"]?.updatesInPlace == false)
    #expect(instance.properties["Tenancy"]?.isImplemented == false)
    #expect(instance.attributes.contains("PublicIp"))
    #expect(schemas["HEAT::HA::Restarter"] != nil)
    #expect(schemas["AWS::Nothing"] == nil)
  }
}
