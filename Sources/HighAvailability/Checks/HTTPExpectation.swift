import Ambience

/// What a check wants of an HTTP response.
package struct HTTPExpectation: Sendable, Hashable {
  /// A field that must be there.
  package struct Field: Sendable, Hashable {
    package var name: String
    package var value: TextPattern

    package init(_ name: String, _ value: TextPattern) {
      self.name = name
      self.value = value
    }
  }

  /// The statuses that are fine; empty allows 200 to 399.
  package var statuses: Set<Int>
  package var fields: [Field]
  /// What the body, or a part of it, must look like; its first MiB is looked at.
  package var body: TextPattern?
  /// How long the server's certificate must be good for yet; only https has one.
  package var certificateValidity: Duration?
  /// Whether the certificate must be trusted and be for the host's name.
  package var verifiesServer: Bool

  package init(
    statuses: Set<Int> = [], fields: [Field] = [], body: TextPattern? = nil,
    certificateValidity: Duration? = nil,
    verifiesServer: Bool = true
  ) {
    self.statuses = statuses
    self.fields = fields
    self.body = body
    self.certificateValidity = certificateValidity
    self.verifiesServer = verifiesServer
  }

  /// Wants a text somewhere in the body.
  package init(statuses: Set<Int> = [], bodyContains text: String?) {
    self.init(statuses: statuses, body: text.map { TextPattern(containing: $0) })
  }

  var wantsBody: Bool { body != nil }

  /// Judges a response by its status and its body.
  package func outcome(status: Int, body bytes: [UInt8]) -> Outcome {
    if let complaint = complaint(aboutStatus: status) { return .down(complaint) }
    guard let body else { return .up }
    return bytes.withUnsafeBytes { body.matches($0) } ? .up : .down("the page doesn't contain \(body.quoted)")
  }

  func complaint(aboutStatus status: Int) -> String? {
    let isFine = statuses.isEmpty ? (200..<400).contains(status) : statuses.contains(status)
    return isFine ? nil : "HTTP status \(status)"
  }

  /// What is wrong with the fields of a response; each wanted one must be there, once at least, with its value.
  package func complaint(aboutFields value: (String) -> String?) -> String? {
    for field in fields {
      guard let value = value(field.name) else { return "the response has no \(field.name)" }
      if !field.value.matches(value) { return "\(field.name) is \"\(value)\", not \(field.value.quoted)" }
    }
    return nil
  }

  /// What is wrong with a certificate that ends then.
  func complaint(aboutCertificateEnding end: Timestamp?, at now: Timestamp) -> String? {
    guard let certificateValidity else { return nil }
    guard let end else { return "the server has no certificate" }
    let left = Duration.milliseconds(end.milliseconds - now.milliseconds)
    if left <= .zero { return "the certificate has ended" }
    return left < certificateValidity ? "the certificate ends in \(left.phrase)" : nil
  }

  func complaint(about head: HTTPHead) -> String? {
    complaint(aboutStatus: head.status) ?? (fields.isEmpty ? nil : complaint { head.value(of: $0) })
  }
}
