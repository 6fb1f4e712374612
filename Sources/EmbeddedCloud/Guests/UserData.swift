import Document

/// A guest's user data, as far as an embedded guest acts on it: a script, or a multipart message with one, as guests
/// with heat-cfntools get it.
struct UserData: Sendable {
  /// What `cfn-signal` is told.
  struct SignalCall: Sendable, Hashable {
    let url: String
    var isSuccess = true
    var reason = ""
    var data = ""
    var id: String?
    /// What is sent as it is, where the script says all of it.
    var body: String?
  }

  /// The text of all parts.
  let text: String
  /// What `cfn-init` works with, if there is any.
  let metadata: Value?

  /// Reads user data as Nova keeps it; nil when it isn't in base64.
  init?(base64: String) {
    guard let bytes = Base64.decode(base64) else { return nil }
    let parts = Self.parts(String(decoding: bytes, as: UTF8.self))
    text = parts.map(\.content).joined(separator: "\n")
    metadata = parts.first { $0.name == "cfn-init-data" }.flatMap { try? Value.json($0.content) }
  }

  private static func parts(_ text: String) -> [(name: String, content: String)] {
    let plain = text.replacing("\r\n", with: "\n")
    guard let start = plain.firstRange(of: "boundary=") else { return [("", plain)] }
    let boundary = plain[start.upperBound...].prefix { !$0.isNewline && $0 != ";" }.filter { $0 != "\"" }
    return plain.split(separator: "--" + boundary).compactMap { part in
      guard let gap = part.firstRange(of: "\n\n") else { return nil }
      let head = part[..<gap.lowerBound]
      let content = String(part[gap.upperBound...])
      let name =
        head.firstRange(of: "filename=").map { head[$0.upperBound...].prefix { !$0.isNewline } } ?? ""
      return (name.filter { $0 != "\"" }, decoded(content, head))
    }
  }

  private static func decoded(_ content: String, _ head: Substring) -> String {
    guard head.lowercased().contains("transfer-encoding: base64"),
      let bytes = Base64.decode(content.filter { !$0.isWhitespace })
    else { return content }
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: - Signals

  /// The calls of `cfn-signal` that a script makes in which nothing fails, one for each handle by
  /// `cfn-signal`, and each that curl sends.
  ///
  /// Scripts of 2012 have one in a function for errors, with `-e 1`, and one at their end.
  var signals: [SignalCall] {
    var calls: [SignalCall] = []
    var variables: [String: String] = [:]
    for line in text.replacing("\\\n", with: " ").split(separator: "\n") {
      let words = Self.words(line, variables)
      if let (name, value) = Self.assignment(words) { variables[name] = value }
      guard let call = Self.call(in: words) ?? Self.upload(in: words), call.isSuccess else { continue }
      if call.body != nil || !calls.contains(where: { $0.url == call.url }) { calls.append(call) }
    }
    return calls
  }

  private static func call(in words: [String]) -> SignalCall? {
    guard let start = words.firstIndex(where: { $0.hasSuffix("cfn-signal") }),
      let url = words[start...].first(where: { $0.hasPrefix("http://") || $0.hasPrefix("https://") })
    else { return nil }
    var call = SignalCall(url: url)
    for (option, value) in zip(words[start...], words[start...].dropFirst()) {
      switch option {
      case "-e", "--exit-code": call.isSuccess = ["0", "$?"].contains(value)
      case "-s", "--success": call.isSuccess = value.lowercased() == "true"
      case "-r", "--reason": call.reason = value
      case "-d", "--data": call.data = value
      case "-i", "--id": call.id = value
      default: break
      }
    }
    return call
  }

  /// A signal that is sent by curl: `curl … -X PUT URL --data-binary '{"status": "SUCCESS"}'`.
  private static func upload(in words: [String]) -> SignalCall? {
    guard let start = words.firstIndex(where: { $0.hasSuffix("curl") }), words[start...].contains("PUT"),
      let url = words[start...].first(where: { $0.hasPrefix("http://") || $0.hasPrefix("https://") })
    else { return nil }
    var call = SignalCall(url: url)
    let options: Set = ["--data-binary", "--data", "-d"]
    for (option, text) in zip(words[start...], words[start...].dropFirst()) where options.contains(option) {
      guard let told = try? Value.json(text) else { continue }
      call.isSuccess = told["status"]?.string != "FAILURE"
      call.body = text
    }
    return call
  }

  /// A line's words as a shell splits them; of expansions only those of variables that are known.
  private static func words(_ line: Substring, _ variables: [String: String]) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    var rest = line
    while let character = rest.popFirst() {
      switch character {
      case _ where character == quote: quote = nil
      case "'", "\"":
        if quote == nil { quote = character } else { word.append(character) }
      case "$" where quote != "'":
        if let value = expansion(&rest, variables) { word += value } else { word.append(character) }
      case _ where character.isWhitespace && quote == nil:
        if !word.isEmpty { words.append(word) }
        word = ""
      default: word.append(character)
      }
    }
    return word.isEmpty ? words : words + [word]
  }

  /// The value of the variable whose name follows, as `NAME` or `{NAME}`; nil, and nothing taken, for an unknown one.
  private static func expansion(_ rest: inout Substring, _ variables: [String: String]) -> String? {
    let isBraced = rest.first == "{"
    let name = (isBraced ? rest.dropFirst() : rest).prefix {
      $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")
    }
    guard let value = variables[String(name)] else { return nil }
    let after = rest[name.endIndex...]
    guard isBraced else {
      rest = after
      return value
    }
    guard after.first == "}" else { return nil }
    rest = after.dropFirst()
    return value
  }

  /// `NAME=VALUE`, exported or not.
  private static func assignment(_ words: [String]) -> (name: String, value: String)? {
    let words = words.first == "export" ? words.dropFirst() : words[...]
    guard words.count == 1, let word = words.first, let sign = word.firstIndex(of: "="),
      sign > word.startIndex
    else { return nil }
    return (String(word[..<sign]), String(word[word.index(after: sign)...]))
  }

  // MARK: - Services

  private static let ports: [(name: String, port: Int)] = [
    ("httpd", 80), ("apache", 80), ("nginx", 80), ("wordpress", 80), ("mysqld", 3306), ("mariadb", 3306),
    ("postgresql", 5432), ("vsftpd", 21), ("puppetmaster", 8140), ("tomcat", 8080),
  ]

  /// The TCP ports of the services that it speaks of.
  var ports: Set<Int> { Set(Self.ports.filter { text.contains($0.name) }.map(\.port)) }
}
