import Document
import OpenStack
import OrderedCollections
import StackEngine

extension OpenStackContext {
  func putContainer(_ container: String, _ headers: [String: String]) async throws {
    _ = try await cloud.send(Call(.object, "PUT", "/" + percentEncoded(container), headers: headers))
  }

  /// The metadata that says which resource has made a container, or has taken it over last.
  static let ownerHeader = "X-Container-Meta-Kiln-Token"

  func owner(ofContainer container: String) async throws -> String? {
    do {
      return try await cloud.send(Call(.object, "HEAD", "/" + percentEncoded(container)))
        .header(Self.ownerHeader)
    } catch let error as OpenStackError where error.code == .notFound {
      return nil
    }
  }

  func hasContainer(_ container: String) async throws -> Bool {
    do {
      _ = try await cloud.send(Call(.object, "HEAD", "/" + percentEncoded(container)))
      return true
    } catch let error as OpenStackError where error.code == .notFound {
      return false
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
