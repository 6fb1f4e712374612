import Document
import HTTP

/// A microversion of Nova's or Cinder's API.
struct APIVersion: Sendable, Comparable {
  let major: Int
  let minor: Int

  init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let major = Int(parts[0]), let minor = Int(parts[1]) else { return nil }
    self.init(major, minor)
  }

  static func < (left: Self, right: Self) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }

  var text: String { "\(major).\(minor)" }
}

extension Service {
  /// The microversions that it knows: Zed's.
  var versions: ClosedRange<APIVersion>? {
    switch self {
    case .compute: APIVersion(2, 1)...APIVersion(2, 93)
    case .volume: APIVersion(3, 0)...APIVersion(3, 70)
    default: nil
    }
  }

  /// The microversion that a request asks for; the oldest when it asks for none.
  func version(of asked: Asked) throws(Refusal) -> APIVersion? {
    guard let versions else { return nil }
    guard let wanted = wantedVersion(asked) else { return versions.lowerBound }
    if wanted == "latest" { return versions.upperBound }
    guard let version = APIVersion(wanted) else {
      throw .badRequest(
        "API Version String \(wanted) is of invalid format. Must be of format MajorNum.MinorNum.")
    }
    guard versions.contains(version) else {
      let range = "Minimum is \(versions.lowerBound.text) and maximum is \(versions.upperBound.text)."
      var refusal = Refusal(406, "Version \(wanted) is not supported by the API. \(range)")
      refusal.headers = headers(version)
      throw refusal
    }
    return version
  }

  private func wantedVersion(_ asked: Asked) -> String? {
    let fields = asked.headers.fields.filter { $0.name.lowercased() == "openstack-api-version" }
    for part in fields.flatMap({ $0.value.split(separator: ",") }) {
      let words = part.split(separator: " ")
      if words.count == 2, words[0] == (self == .volume ? "volume" : rawValue) { return String(words[1]) }
    }
    return self == .compute ? asked.headers["X-OpenStack-Nova-API-Version"] : nil
  }

  /// The headers that tell which version an answer is of.
  func headers(_ version: APIVersion?) -> Headers {
    guard let version else { return [:] }
    var headers: Headers = ["OpenStack-API-Version": "\(rawValue) \(version.text)"]
    if self == .compute {
      headers["X-OpenStack-Nova-API-Version"] = version.text
      headers["Vary"] = "OpenStack-API-Version, X-OpenStack-Nova-API-Version"
    }
    return headers
  }
}
