import OrderedCollections
import Templates
import Testing

@testable import ResourceFacts

@Suite struct SchemaTests {
  @Test("the schemas of the templates of 2012 are known without a cloud")
  func known() throws {
    let schemas = try ResourceSchemas()
    let instance = try #require(schemas.launched("AWS::EC2::Instance"))
    #expect(instance.properties["ImageId"]?.isRequired == true)
    #expect(instance.properties["InstanceType"]?.updatesInPlace == true)
    #expect(instance.properties["SubnetId"]?.updatesInPlace == false)
    #expect(instance.properties["Tenancy"]?.isImplemented == false)
    #expect(instance.attributes.contains("PublicIp"))
    #expect(schemas["HEAT::HA::Restarter"] != nil)
    #expect(schemas["AWS::Nothing"] == nil)
  }
}

@Suite struct ViewTests {
  @Test("a type that both know takes what either takes")
  func union() throws {
    let schemas = try ResourceSchemas()
    let instance = try #require(schemas["AWS::EC2::Instance"])
    #expect(instance.properties["ImageId"]?.isRequired == false)
    #expect(instance.properties["ImageId"]?.limits?.pattern == nil)
    #expect(instance.properties["ImageId"]?.limits?.formats.isEmpty != false)
    #expect(instance.properties["NovaSchedulerHints"]?.isImplemented == true)
    #expect(instance.properties["IamInstanceProfile"]?.isImplemented == false)
    let launched = schemas.launched("AWS::EC2::Instance")?.properties["IamInstanceProfile"]
    #expect(launched?.isImplemented == false)
  }

  @Test("a type that only CloudFormation knows has its limits, rules and replacements")
  func registered() throws {
    let schemas = try ResourceSchemas()
    let function = try #require(schemas["AWS::Lambda::Function"])
    #expect(function.properties["FunctionName"]?.updatesInPlace == false)
    #expect(function.properties["Handler"]?.limits?.most == 128)
    #expect(function.properties["Arn"]?.isReadOnly == true)
    #expect(schemas.launched("AWS::Lambda::Function") == nil)
    let alarm = try #require(schemas.registered("AWS::CloudWatch::Alarm"))
    #expect(alarm.shape.content.rules.isEmpty == false)
    #expect(alarm.identifier == ["AlarmName"])
  }

  @Test("every type of every service can be read to its depth")
  func all() throws {
    let schemas = try ResourceSchemas()
    let names = schemas.names
    #expect(names.count > 1_750)
    for name in names {
      let schema = try #require(schemas[name])
      for (key, property) in schema.properties {
        #expect(!key.isEmpty)
        if case .map(let shape) = property.kind { _ = shape.content }
      }
    }
  }
}
