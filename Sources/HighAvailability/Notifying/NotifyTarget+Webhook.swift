package import Ambience
import Document
package import HTTP
import Secrets

extension NotifyTarget {
  /// A server that gets the event as JSON, by a POST.
  ///
  /// With a key the request has the field `X-Kiln-Signature: t=SECONDS,v1=HEX`, see `WebhookKey.signature(of:at:)`.
  package static func webhook(
    _ url: String, key: WebhookKey? = nil, transport: any Transport, ambient: Ambient
  ) -> NotifyTarget {
    NotifyTarget(String(url.prefix { $0 != "?" }), id: url) { event in
      let body = event.value.jsonText()
      var request = Request(
        .post, url, headers: ["Content-Type": "application/json", "X-Kiln-Event": event.status],
        body: Array(body.utf8), timeout: .seconds(20))
      if let key {
        let time = ambient.now()
        let seconds = time.milliseconds / 1000
        request.headers["X-Kiln-Signature"] = "t=\(seconds),v1=\(key.signature(of: body, at: time))"
      }
      let response = try await transport.send(request)
      switch response.status {
      case 200..<300: return
      case 408, 425, 429, 500...: throw RemedyError(.failed, "it answers with status \(response.status)")
      default: throw Refusal("it answers with status \(response.status)")
      }
    }
  }
}

extension WebhookKey {
  /// Proves that a body was sent by one who has the key, and when: HMAC-SHA256 of the version, the time in seconds since
  /// 1970 and the body, with a line feed between.
  package func signature(of body: String, at time: Timestamp) -> String {
    Signature.hmacSHA256("kiln-webhook-1\n\(time.milliseconds / 1000)\n\(body)", key: secret)
  }
}
