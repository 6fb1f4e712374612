import Document
import HTTP
import OpenStack
import OrderedCollections
import StackEngine
import Templates

/// `AWS::S3::Bucket`: a container of Swift's, public or as a web site where the template says so.
struct S3Bucket: ResourceType {
  let name = "AWS::S3::Bucket"
  let schema: ResourceSchema
  let context: OpenStackContext

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let container = call.physicalName.lowercased()
    _ = try await call.step("container") {
      try await context.putContainer(container, try await headers(call))
      return .string(container)
    }
    return try await context.describeContainer(container)
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    try await context.putContainer(resource.id, headers(call))
    return resource
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    try await call.journal.entries().isEmpty ? nil : PhysicalResource(id: call.physicalName.lowercased())
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    try await context.deleteContainer(resource.id)
  }

  func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    do {
      return Observation(.sound, try await context.describeContainer(resource.id))
    } catch let error as OpenStackError where error.code == .notFound {
      return .gone(resource)
    }
  }

  private func headers(_ call: ResourceCall) async throws -> [String: String] {
    var headers: [String: String] = [:]
    let project = try await context.cloud.identity.currentProject().id
    switch call.text("AccessControl") {
    case "PublicRead": headers["X-Container-Read"] = ".r:*,.rlistings"
    case "PublicReadWrite":
      headers["X-Container-Read"] = ".r:*,.rlistings"
      headers["X-Container-Write"] = "*:*"
    case "AuthenticatedRead": headers["X-Container-Read"] = "*:*"
    default:
      headers["X-Container-Read"] = project
      headers["X-Container-Write"] = project
    }
    if let site = call.properties["WebsiteConfiguration"] {
      headers["X-Container-Meta-Web-Index"] = site["IndexDocument"]?.scalarText
      headers["X-Container-Meta-Web-Error"] = site["ErrorDocument"]?.scalarText
    }
    for (key, value) in call.tags {
      headers["X-Container-Meta-S3-Tag-\(percentEncoded(key))"] = percentEncoded(value)
    }
    return headers
  }
}
