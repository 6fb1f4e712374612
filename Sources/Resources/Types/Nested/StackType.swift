import Document
import OpenStack
import OrderedCollections
import StackEngine
import Templates

/// A stack of a template's own text or address: `OS::Heat::Stack` and `AWS::CloudFormation::Stack`.
struct StackType: NestingResource {
  let name: String
  let schema: ResourceSchema
  let carriesStackTags = true
  let context: OpenStackContext

  static let names = ["OS::Heat::Stack", "AWS::CloudFormation::Stack"]

  func create(_ call: ResourceCall) async throws -> PhysicalResource { try await bring(call) }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    try await bring(call)
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    try await call.nested.delete(call.physicalName)
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    try await call.nested.find(call.physicalName).map { PhysicalResource(nested: $0) }
  }

  func contents(_ call: ResourceCall) async throws -> NestedContents {
    let source = name == "OS::Heat::Stack" ? "parameters" : "Parameters"
    let parameters = (call.properties[source]?.map ?? [:]).filter { !$0.value.isNull }
    return NestedContents(template: try await template(call), parameters: parameters, source: source)
  }

  private func bring(_ call: ResourceCall) async throws -> PhysicalResource {
    try checkPlace(call)
    let contents = try await contents(call)
    _ = try await call.step("nested") { .string(call.physicalName) }
    let stack = try await call.nested.bring(
      call.physicalName, to: contents.template, parameters: contents.parameters, timeout: timeout(call))
    return PhysicalResource(nested: stack)
  }

  private func template(_ call: ResourceCall) async throws -> Template {
    if name == "OS::Heat::Stack" {
      let given = call.properties["template"] ?? ""
      return try await call.nested.read(given.string ?? given.jsonText(), named: "\(call.logicalID).yaml")
    }
    let address = try call.required("TemplateURL")
    return try await call.nested.read(try await context.fetch(address), named: address)
  }

  /// The time that the template allows for it.
  private func timeout(_ call: ResourceCall) -> Duration? {
    (call.text("TimeoutInMinutes") ?? call.text("timeout")).flatMap { Int64($0) }.map { .seconds($0 * 60) }
  }

  /// Heat can make such a stack in another region or with another account; kiln works on one cloud at a time.
  private func checkPlace(_ call: ResourceCall) throws {
    guard let place = call.properties["context"] else { return }
    let region = place["region_name"]?.scalarText
    let isElsewhere = region != nil && region != context.cloud.configuration.region
    if isElsewhere || place["credential_secret_id"]?.scalarText != nil {
      throw ResourceError(
        .badProperty, "\(call.logicalID) is to be on another cloud: \(region ?? "by other credentials")",
        hint: "make it there as a stack of its own, with kiln --cloud")
    }
  }
}
