import Ambience
import Document
import OpenStack
import OrderedCollections
package import StackEngine
package import Templates

/// A URL that guests PUT their signals to: `AWS::CloudFormation::WaitConditionHandle` and what Heat has like it.
///
/// Where the cloud has object storage, it is a temporary URL for an object of the stack's container; else only
/// kiln itself can signal. All signals go to that one object, so its container keeps versions; where the cloud
/// doesn't, a signal that is overwritten before kiln's next look (3 s) is lost.
package struct WaitConditionHandle: RecordOnlyType {
  package static let names = [
    "AWS::CloudFormation::WaitConditionHandle", "OS::Heat::WaitConditionHandle",
    "OS::Heat::SwiftSignalHandle",
  ]

  package let name: String
  package let schema: ResourceSchema
  let context: OpenStackContext
  private var store: ObjectStore { context.cloud.object }

  package func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let container = SignalAddress.container(call)
    let object = SignalAddress.object(call)
    do {
      let key = try await store.temporaryURLKey()
      _ = try await call.step("container") {
        try await createContainer(container)
        return ["id": .string(call.physicalName), "container": .string(container), "object": .string(object)]
      }
      // Twelve hours are the longest Timeout of a wait condition; a day leaves time before it.
      let url = try await store.temporaryURL(
        method: "PUT", object: object, in: container, expires: call.ambient.now() + .seconds(86_400), key: key
      )
      return physical(call, url, ["container": .string(container), "object": .string(object)])
    } catch let error as OpenStackError where [.noEndpoint, .forbidden].contains(error.code) {
      return physical(call, SignalAddress.local(call), [:])
    }
  }

  /// What Heat's guests are given: a command that lacks only its data, and what it is made of.
  private func physical(
    _ call: ResourceCall, _ url: String, _ notes: OrderedDictionary<String, Value>
  ) -> PhysicalResource {
    var resource = PhysicalResource(id: call.physicalName, reference: .string(url), notes: notes)
    guard name.hasPrefix("OS::") else { return resource }
    resource.attributes = [
      "curl_cli": .string("curl -i -X PUT '\(url)'"), "endpoint": .string(url), "token": "",
      "signal": .string(Value.map(["alarm_url": .string(url)]).jsonText()),
    ]
    return resource
  }

  package func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    resource
  }

  /// The container of a call whose answer was lost, too.
  package func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    if try await call.journal.entries().isEmpty { return nil }
    return PhysicalResource(
      id: call.physicalName,
      notes: [
        "container": .string(SignalAddress.container(call)), "object": .string(SignalAddress.object(call)),
      ])
  }

  package func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    let notes = resource.notes["container"]?.map ?? resource.notes
    guard let container = notes["container"]?.string, let object = notes["object"]?.string else { return }
    try await deleteAll(object, in: container)
    do {
      // Other handles of the stack may still have their objects in it; the last one takes it away.
      try await store.deleteContainer(container)
    } catch let error as OpenStackError where [.notFound, .conflict].contains(error.code) {}
  }

  /// Makes a container in which signals don't overwrite each other, if the cloud allows that.
  private func createContainer(_ container: String) async throws {
    do {
      try await store.createContainer(container, keepsVersions: true)
    } catch let error as OpenStackError where error.status == 412 {
      try await store.createContainer(container)
    }
  }

  /// Deletes an object and its versions: each deletion of an object brings its last version back.
  private func deleteAll(_ object: String, in container: String) async throws {
    do {
      for _ in 0..<10_000 { try await store.delete(object, in: container) }
    } catch let error as OpenStackError where error.code == .notFound {}
  }
}
