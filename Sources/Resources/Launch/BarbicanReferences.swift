import Document
import HTTP
package import OpenStack
import OrderedCollections
import StackEngine
package import Templates

/// The secrets of a cloud's key manager, for `{{resolve:secretsmanager:…}}` and `{{resolve:barbican:…}}`.
///
/// A secret is named by its name, its id or its whole reference; a key after it names a member of the JSON
/// that is its payload, as AWS's Secrets Manager has it.
package struct BarbicanReferences: ReferenceSource {
  private let cloud: Cloud

  package init(cloud: Cloud) { self.cloud = cloud }

  package func value(of reference: DynamicReference) async throws -> Evaluated? {
    switch reference.source {
    case .secret(let id, let key, _, _): return try await payload(of: id, key, reference)
    case .other("barbican", let rest):
      let parts = rest.split(separator: ":", maxSplits: 1).map(String.init)
      return try await payload(of: parts.first ?? "", parts.dropFirst().first, reference)
    case .parameter, .secureParameter, .other: return nil
    }
  }

  private func payload(of name: String, _ key: String?, _ reference: DynamicReference) async throws
    -> Evaluated
  {
    let id = try await id(of: name, reference)
    let answer = try await cloud.send(
      Call(
        "key-manager", "GET", "/secrets/\(percentEncoded(id))/payload", headers: ["Accept": "text/plain"]))
    guard let text = String(validating: answer.bytes, as: UTF8.self) else {
      throw Diagnostic("bad_secret", "the secret of `\(reference.text)` isn't a text")
    }
    guard let key else { return .known(.string(text), isSecret: true) }
    guard let member = try? Value.json(text)[key], let value = member.scalarText else {
      throw Diagnostic(
        "bad_secret", "the secret of `\(reference.text)` is no JSON map with a member `\(key)`",
        hint: "leave the key out for the whole text")
    }
    return .known(.string(value), isSecret: true)
  }

  /// The id of a secret that is named by its id, its reference or its name.
  private func id(of name: String, _ reference: DynamicReference) async throws -> String {
    if let last = name.split(separator: "/").last, name.contains("/v1/secrets/") { return String(last) }
    if name.utf8.count == 36, name.allSatisfy({ $0.isHexDigit || $0 == "-" }) { return name }
    let found = try await cloud.request(
      service: "key-manager", path: "/secrets", query: ["name": name, "limit": "2"])
    let secrets = found["secrets"]?.list ?? []
    guard let first = secrets.first?["secret_ref"]?.string?.split(separator: "/").last else {
      throw Diagnostic("no_secret", "the key manager has no secret `\(name)` for `\(reference.text)`")
    }
    guard secrets.count == 1 else {
      throw Diagnostic(
        "ambiguous_secret", "several secrets are named `\(name)`",
        hint: "write the id of the wanted one in `\(reference.text)`")
    }
    return String(first)
  }
}
