package import Ambience
import Document
import HTTP
package import Secrets

extension ObjectStore {
  /// A URL that anyone may use for one method on one object until a time (Swift's `tempurl`).
  ///
  /// The account must have a key: see `temporaryURLKey`.
  package func temporaryURL(
    method: String, object: String, in container: String, expires: Timestamp, key: Secret
  ) async throws -> String {
    let endpoint = try await cloud.withToken { try await cloud.endpoint(of: .object, $0) }
    let digest = try await digest(endpoint)
    // The path is signed as the service sees it: decoded, from the version on.
    let account = endpoint.url.dropFirst(endpoint.versionURL.count)
    let version = endpoint.versionURL.split(separator: "/").last ?? "v1"
    let plain = "/\(version)\(percentDecoded(account))/\(container)/\(object)"
    let seconds = expires.milliseconds / 1000
    let text = "\(method)\n\(seconds)\n\(plain)"
    let signature =
      digest == "sha256" ? Signature.hmacSHA256(text, key: key) : Signature.hmacSHA1(text, key: key)
    return endpoint.url + path(container, object) + "?temp_url_sig=\(signature)&temp_url_expires=\(seconds)"
  }

  /// The key that the account's temporary URLs are signed with; it is made and set when there is none.
  package func temporaryURLKey() async throws -> Secret {
    if let key = try await keyIfSet() { return key }
    let alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
    let key = cloud.ambient.characters(40, from: alphabet)
    _ = try await cloud.send(Call(.object, "POST", "", headers: ["X-Account-Meta-Temp-URL-Key": key]))
    // Another client may have set one at the same time: the last one holds.
    return try await keyIfSet() ?? Secret(key)
  }

  private func keyIfSet() async throws -> Secret? {
    let answer = try await cloud.send(Call(.object, "HEAD", ""))
    return answer.header("X-Account-Meta-Temp-URL-Key").map { Secret($0) }
  }

  /// The digest to sign with: what `/info` allows, SHA-256 rather than SHA-1.
  private func digest(_ endpoint: Endpoint) async throws -> String {
    let key = endpoint.versionURL + "#digests"
    if let known = await cloud.session.discovery(at: key) { return known.id }
    let root = endpoint.versionURL.split(separator: "/").dropLast().joined(separator: "/")
    let request = Request(
      .get, root.replacing(":/", with: "://", maxReplacements: 1) + "/info",
      timeout: cloud.configuration.timeout)
    let response: Response
    do {
      response = try await cloud.transport.send(request)
    } catch let error as HTTPError {
      throw Exchange(service: .object, request: request).failure(error)
    }
    let info = try? Value.json(response.body)
    let allowed = info?["tempurl"]?["allowed_digests"]?.strings ?? ["sha1"]
    let digest = allowed.contains("sha256") ? "sha256" : "sha1"
    await cloud.session.remember(APIVersion(id: digest), at: key)
    return digest
  }
}
