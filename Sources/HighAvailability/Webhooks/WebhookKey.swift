package import Ambience
import HTTP
package import Secrets

/// The key with which addresses are signed that let others report on a check, without any other proof.
///
/// An address is `BASE/v1/checks/APPLICATION/CHECK?expires=SECONDS&signature=HEX`. The signature is HMAC-SHA256 of
/// the version, the path from `/v1` on and the expiry, with a line feed between; who has an address can report on
/// its check until it expires, and on nothing else.
package struct WebhookKey: Sendable {
  /// What an address lets its holder report on.
  package struct Grant: Sendable, Hashable {
    package let application: String
    package let check: String
    /// Nil for an address that never expires.
    package let expiry: Timestamp?
  }

  /// Why an address is refused.
  package enum Refusal: String, Error, Sendable {
    /// It isn't an address of a check, or has been tampered with, or another key signed it.
    case forged
    case expired
  }

  /// How many characters a key has at least.
  package static let least = 16

  let secret: Secret

  package init(_ secret: Secret) { self.secret = secret }

  /// The address that lets its holder report on a check, at a server's base URL.
  package func address(application: String, check: String, expiry: Timestamp? = nil, base: String) -> String {
    let path = "/v1/checks/\(percentEncoded(application))/\(percentEncoded(check))"
    let seconds = expiry.map { $0.milliseconds / 1000 } ?? 0
    let start = base.hasSuffix("/") ? String(base.dropLast()) : base
    return "\(start)\(path)?expires=\(seconds)&signature=\(signature(path, seconds))"
  }

  /// What the holder of an address may report on.
  ///
  /// The address is a URL or what comes after its host.
  package func grant(by address: String, at now: Timestamp) throws(Refusal) -> Grant {
    guard let start = address.firstRange(of: "/v1/checks/")?.lowerBound else { throw .forged }
    let halves = address[start...].split(separator: "?", omittingEmptySubsequences: false)
    let names = halves[0].split(separator: "/", omittingEmptySubsequences: false).dropFirst(3)
    guard halves.count == 2, names.count == 2, let application = names.first.flatMap(Self.name),
      let check = names.last.flatMap(Self.name)
    else { throw .forged }
    var fields: [Substring: Substring] = [:]
    for field in halves[1].split(separator: "&") {
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, fields.updateValue(parts[1], forKey: parts[0]) == nil else { throw .forged }
    }
    guard let expires = fields["expires"].flatMap({ Int64($0) }), let given = fields["signature"],
      Self.isSame(given.utf8, signature(String(halves[0]), expires).utf8)
    else { throw .forged }
    guard expires == 0 || now.milliseconds / 1000 < expires else { throw .expired }
    let expiry = expires == 0 ? nil : Timestamp(milliseconds: expires * 1000)
    return Grant(application: application, check: check, expiry: expiry)
  }

  private static func name(_ text: Substring) -> String? {
    text.isEmpty ? nil : exactlyPercentDecoded(text)
  }

  private func signature(_ path: String, _ expires: Int64) -> String {
    Signature.hmacSHA256("kiln-webhook-1\n\(path)\n\(expires)", key: secret)
  }

  /// Compares in a time that doesn't tell where the difference is.
  private static func isSame(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
