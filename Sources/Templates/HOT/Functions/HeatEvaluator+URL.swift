import Document
import OrderedCollections

extension HeatEvaluator {
  /// A URL of its parts, each escaped as it must be there.
  func makeURL(_ parts: Value) throws(Diagnostic) -> Value {
    guard let members = parts.map else { throw fault("`make_url` needs a map, found \(parts.kind)") }
    func text(_ key: String) throws(Diagnostic) -> String {
      guard let value = members[key], !value.isNull else { return "" }
      guard let text = value.scalarText else { throw fault("`\(key)` of `make_url` must be a text") }
      return text
    }
    let scheme = try text("scheme")
    if scheme.contains(":") { throw fault("the scheme of `make_url` can't have a `:` in it") }
    let authority = try authority(text("username"), text("password"), text("host"), text("port"))
    var path = Self.escaped(try text("path"), keeping: "/")
    var url = scheme.isEmpty ? "" : scheme + ":"
    if !authority.isEmpty {
      url += "//" + authority
      if !path.isEmpty, !path.hasPrefix("/") { path = "/" + path }
    }
    url += path
    let query = try query(members["query"] ?? .null)
    if !query.isEmpty { url += "?" + query }
    let fragment = Self.escaped(try text("fragment"), keeping: "/")
    return .string(fragment.isEmpty ? url : url + "#" + fragment)
  }

  private func authority(
    _ user: String, _ password: String, _ host: String, _ port: String
  ) throws(Diagnostic) -> String {
    var result = ""
    if !user.isEmpty || !password.isEmpty {
      result += Self.escaped(user, keeping: "")
      if !password.isEmpty { result += ":" + Self.escaped(password, keeping: "") }
      result += "@"
    }
    let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    let name = Self.escaped(bare, keeping: ":")
    result += name.contains(":") ? "[\(name)]" : name
    if !port.isEmpty {
      guard let number = Int(port), (1...65535).contains(number) else {
        throw fault("`\(port)` isn't a port", hint: "ports are 1 to 65535")
      }
      result += ":\(number)"
    }
    return result
  }

  private func query(_ value: Value) throws(Diagnostic) -> String {
    if value.isNull { return "" }
    guard let members = value.map else {
      throw fault("the query of `make_url` must be a map, found \(value.kind)")
    }
    return members.map { key, value in
      let text = Self.joined(value)
      return Self.escaped(key, keeping: "/ ", isForm: true) + "="
        + Self.escaped(text, keeping: "/ ", isForm: true)
    }.joined(separator: "&")
  }

  /// RFC 3986: letters, digits and `_.-~` stay, other bytes become `%XX`; in forms a space becomes `+`.
  static func escaped(_ text: String, keeping kept: String, isForm: Bool = false) -> String {
    let kept = Set(kept.utf8)
    let digits = Array("0123456789ABCDEF".utf8)
    var result: [UInt8] = []
    for byte in text.utf8 {
      if isForm, byte == UInt8(ascii: " ") {
        result.append(UInt8(ascii: "+"))
      } else if (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) && byte < 0x80
        || "_.-~".utf8.contains(byte) || kept.contains(byte)
      {
        result.append(byte)
      } else {
        result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
