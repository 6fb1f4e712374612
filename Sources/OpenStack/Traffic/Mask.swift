import Document
import HTTP
import OrderedCollections

/// Puts dots where a request or an answer has a secret.
enum Mask {
  private static let dots = "•••"

  /// Header fields that log somebody in.
  private static let fields: Set = [
    "x-auth-token", "x-subject-token", "x-service-token", "authorization", "set-cookie", "cookie",
    "x-account-meta-temp-url-key", "x-account-meta-temp-url-key-2", "x-container-meta-temp-url-key",
    "x-container-meta-temp-url-key-2",
  ]

  /// Members that hold secrets, in any service's JSON: passwords, keys that are shown once, what Barbican keeps.
  private static let members: Set = [
    "password", "original_password", "adminpass", "admin_pass", "secret", "private_key", "passcode",
    "payload", "blob", "auth_key", "access_token", "user_data", "key_passphrase", "psk",
  ]

  /// Bodies are shown this far, in bytes.
  private static let longest = 20_000

  static func url(_ url: String) -> String {
    guard let mark = url.firstIndex(of: "?"), url[mark...].contains("temp_url_sig=") else { return url }
    let parts = url[url.index(after: mark)...].split(separator: "&")
      .map { $0.hasPrefix("temp_url_sig=") ? "temp_url_sig=\(dots)" : String($0) }
    return url[...mark] + parts.joined(separator: "&")
  }

  /// Header fields and a body as lines.
  static func lines(_ headers: Headers, _ body: [UInt8]) -> [String] {
    let lines = headers.fields.map { field in
      "\(field.name): \(Self.fields.contains(field.name.lowercased()) ? dots : field.value)"
    }
    return lines + text(body, type: headers["Content-Type"])
  }

  /// A body as lines, if it is JSON; else its size, as nobody knows what is in it.
  private static func text(_ body: [UInt8], type: String?) -> [String] {
    guard !body.isEmpty else { return [] }
    guard let value = try? Value.json(body), value.map != nil || value.list != nil else {
      return ["(\(body.count) bytes of \(type ?? "no type"))"]
    }
    let text = masked(value).jsonText(indent: 2)
    let shown = text.utf8.count > longest ? String(text.prefix(longest)) : text
    let rest = text.utf8.count - shown.utf8.count
    return shown.split(separator: "\n").map(String.init) + (rest > 0 ? ["(\(rest) bytes more)"] : [])
  }

  /// JSON without its secrets; `parent` is the member that it is the value of.
  private static func masked(_ value: Value, in parent: String = "") -> Value {
    switch value {
    case .list(let items): return .list(items.map { masked($0, in: parent) })
    case .map(let fields):
      return .map(
        OrderedDictionary(
          uniqueKeysWithValues: fields.map { name, value in
            // Who logs in with a token sends it as `token.id`.
            let isSecret = members.contains(name.lowercased()) || (name == "id" && parent == "token")
            return (name, isSecret && value.scalarText != nil ? .string(dots) : masked(value, in: name))
          }))
    default: return value
    }
  }
}
