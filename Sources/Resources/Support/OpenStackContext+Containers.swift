import Document
import HTTP
import OpenStack
import OrderedCollections
import StackEngine

extension OpenStackContext {
  func putContainer(_ container: String, _ headers: [String: String]) async throws {
    _ = try await cloud.send(Call(.object, "PUT", "/" + percentEncoded(container), headers: headers))
  }

  /// The resources that hold a container, each by its `ContainerClaim`; nil when there is no such container.
  func claims(onContainer container: String) async throws -> Set<ContainerClaim>? {
    do {
      let answer = try await cloud.send(Call(.object, "HEAD", "/" + percentEncoded(container)))
      return Set(answer.headers(startingWith: ContainerClaim.header).keys.map { ContainerClaim(tail: $0) })
    } catch let error as OpenStackError where error.code == .notFound {
      return nil
    }
  }

  /// Takes a claim back; the container stays.
  func release(_ claim: ContainerClaim, onContainer container: String) async throws {
    let path = "/" + percentEncoded(container)
    do {
      _ = try await cloud.send(Call(.object, "POST", path, headers: [claim.removingHeader: "x"]))
    } catch let error as OpenStackError where error.code == .notFound {
      return
    }
  }

  func postAccount(_ headers: [String: String]) async throws {
    _ = try await cloud.send(Call(.object, "POST", "", headers: headers))
  }

  /// Deletes a container; one that isn't there is a success, one that isn't empty an error with a way out.
  func deleteContainer(_ container: String) async throws {
    do {
      try await cloud.object.deleteContainer(container)
    } catch let error as OpenStackError where error.code == .notFound {
      return
    } catch let error as OpenStackError where error.code == .conflict {
      throw ResourceError(
        .broken, "the container \(container) isn't empty",
        hint: "delete the objects in it, or keep it with a deletion policy of Retain")
    }
  }

  /// Deletes all that is in a container.
  func empty(_ container: String) async throws {
    while true {
      let objects = try await cloud.object.objects(in: container)
      if objects.isEmpty { return }
      for object in objects {
        do { try await cloud.object.delete(object.name, in: container) } catch let error as OpenStackError
          where error.code == .notFound
        {}
      }
    }
  }

  /// A container with what templates ask of it.
  func describeContainer(_ container: String) async throws -> PhysicalResource {
    let root = try await cloud.url(of: .object)
    let answer = try await cloud.send(Call(.object, "HEAD", "/" + percentEncoded(container)))
    let host = root.split(separator: "/").dropFirst().first.map(String.init) ?? ""
    let url = Value.string("\(root)/\(percentEncoded(container))")
    return PhysicalResource(
      id: container,
      attributes: [
        "Arn": .string("arn:aws:s3:::\(container)"), "DomainName": .string(String(host.prefix { $0 != ":" })),
        "WebsiteURL": url,
        "RootURL": .string(String(root.split(separator: "/v1").first ?? "")),
        "ObjectCount": .string(answer.header("X-Container-Object-Count") ?? "0"),
        "BytesUsed": .string(answer.header("X-Container-Bytes-Used") ?? "0"),
        "HeadContainer": .map(
          OrderedDictionary(
            uniqueKeysWithValues: answer.headers(startingWith: "X-Container-").sorted { $0.key < $1.key }.map
            {
              ("x-container-\($0.key)", .string($0.value))
            })),
      ])
  }
}

/// What a resource notes on a container that it holds.
///
/// Swift knows containers by their names alone, and making one that is there succeeds: a replacement, or a resource
/// that got another logical ID, comes to hold the container of the one that it follows, and one of the two goes then.
/// As each has noted its claim, the container goes with the last of them.
struct ContainerClaim: Hashable {
  /// What tells the resource from all others, in lower case.
  private let tail: String

  /// The claim of a resource: the last part of its physical name is no other's.
  init(_ call: ResourceCall) {
    self.init(tail: call.physicalName.split(separator: "-").last.map(String.init) ?? "")
  }

  fileprivate init(tail: String) { self.tail = tail.lowercased() }

  fileprivate static let header = "X-Container-Meta-Kiln-Claim-"
  var header: String { Self.header + tail }
  fileprivate var removingHeader: String { "X-Remove-Container-Meta-Kiln-Claim-" + tail }
}
