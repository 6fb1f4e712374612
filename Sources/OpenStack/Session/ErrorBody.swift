import Document
import HTTP
import OrderedCollections

/// What a service's error answer says, whichever of their shapes it has.
struct ErrorBody: Sendable, Hashable {
  /// The service's name for the kind of error, such as `OverQuota` or `itemNotFound`.
  var kind: String?
  var message: String?

  init(_ response: Response) {
    let type = response.headers["Content-Type"] ?? ""
    if let value = try? Value.json(response.body) {
      read(value)
    } else if !response.body.isEmpty {
      let text = String(decoding: response.body.prefix(8192), as: UTF8.self)
      message = plain(text, isHTML: type.contains("html") || text.hasPrefix("<"))
    }
    // Glance puts HTML into JSON.
    if let text = message, text.contains("<br") { message = plain(text, isHTML: true) }
    message = message.map(tidied).flatMap { $0.isEmpty ? nil : $0 }
  }

  private mutating func read(_ value: Value) {
    if let errors = value["errors"]?.list, let first = errors.first {
      // Placement and others that follow the API guidelines.
      kind = first["code"]?.string
      message = first["detail"]?.string ?? first["title"]?.string
    } else if let error = value["error"], error["message"] != nil {
      // Keystone and Heat.
      kind = error["type"]?.string ?? error["title"]?.string
      message = error["message"]?.string
    } else if let error = value["NeutronError"] {
      kind = error["type"]?.string
      message = error["message"]?.string ?? error.string
    } else if let message = value["message"]?.string ?? value["faultstring"]?.string {
      self.message = message
    } else if case .map(let members) = value, members.count == 1, let only = members.elements.first {
      // Nova and Cinder: one member named after the kind of fault.
      kind = only.key
      message = only.value["message"]?.string ?? only.value.string
    }
  }
}

/// An HTML page's text after its heading (Glance and Swift answer so), or a text as it is.
private func plain(_ text: String, isHTML: Bool) -> String {
  guard isHTML else { return text }
  var body = text[...]
  if let heading = body.ranges(of: "</h1>").first { body = body[heading.upperBound...] }
  var result = ""
  var isInTag = false
  for character in body {
    switch character {
    case "<": isInTag = true
    case ">":
      isInTag = false
      result.append(" ")
    case _ where !isInTag: result.append(character)
    default: break
    }
  }
  return result.replacing("&quot;", with: "\"").replacing("&#x27;", with: "'").replacing("&lt;", with: "<")
    .replacing("&gt;", with: ">").replacing("&amp;", with: "&")
}

/// One line without a full stop, of a length that can be read.
private func tidied(_ text: String) -> String {
  var line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  if line.count > 600 { line = line.prefix(600) + "…" }
  while line.hasSuffix(".") { line.removeLast() }
  return line
}
