import ResourceFacts
import Templates
import Testing

@Suite("attributes that resources give")
struct AttributeTests {
  @Test(
    "what a schema names, what is inside of it and properties are there",
    arguments: [
      ("AWS::EC2::VPC", "CidrBlock"), ("AWS::SQS::Queue", "QueueName"),
      ("AWS::RDS::DBInstance", "Endpoint.Port"),
      ("AWS::CloudFormation::Stack", "Outputs.Any"), ("AWS::CloudFormation::CustomResource", "Any"),
      ("OS::Neutron::Port", "show"), ("OS::Heat::ResourceGroup", "address"),
      ("OS::Heat::SoftwareDeployment", "result"), ("OS::Neutron::Pool", "vip"),
      ("OS::Designate::Domain", "serial"),
    ])
  func known(_ type: String, _ name: String) throws {
    let schema = try #require(try ResourceSchemas()[type])
    #expect(schema.hasAttribute(name, of: type))
  }

  @Test(
    "others aren't",
    arguments: [
      ("AWS::EC2::VPC", "CidrBlok"), ("OS::Neutron::Port", "shown"),
    ])
  func unknown(_ type: String, _ name: String) throws {
    let schema = try #require(try ResourceSchemas()[type])
    #expect(!schema.hasAttribute(name, of: type))
  }

  @Test("of a type that Heat has taken away any property may be given")
  func gone() throws {
    #expect(try ResourceSchemas()["OS::Neutron::HealthMonitor"]?.shape.content.isOpen == true)
    #expect(try ResourceSchemas()["OS::Neutron::Port"]?.shape.content.isOpen == false)
  }
}
