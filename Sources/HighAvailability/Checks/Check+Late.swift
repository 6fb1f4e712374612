extension Check {
  /// The same check, asked of another text: another URL, address, id or name.
  package func asking(_ text: LateText) -> Check {
    var check = self
    switch kind {
    case .tcp(_, let port): check.kind = .tcp(address: text, port: port)
    case .http(_, let expectation): check.kind = .http(url: text, expectation)
    case .server: check.kind = .server(id: text)
    case .cloud(let thing, _): check.kind = .cloud(thing, text)
    case .dns(_, let query): check.kind = .dns(server: text, query)
    case .ssh(_, let command): check.kind = .ssh(address: text, command)
    case .guestAgent(_, let agent, let command):
      check.kind = .guestAgent(server: text, agent, command: command)
    case .metric, .heartbeat, .reported, .custom: break
    }
    return check
  }

  /// What it asks, where that depends on no stack.
  package var knownText: String? { lateText?.known }
}

extension Action {
  /// The same action at another address, where it has one.
  package func reached(at text: LateText) -> Action {
    guard case .remoteRestart(_, let command) = self else { return self }
    return .remoteRestart(address: text, command)
  }

  /// The address at which it is done, where that depends on no stack.
  package var knownText: String? {
    guard case .remoteRestart(let address, _) = self else { return nil }
    return address.known
  }
}

extension LateText {
  /// Reads a text in which `${Web}` stands for what `Ref` of a resource gives, `${Web.PublicIp}` for an attribute, and
  /// `${outputs.Address}` for an output of the stack; nil when a `${` isn't closed.
  package init?(interpolated text: String) {
    var parts: [Part] = []
    var rest = text[...]
    while let start = rest.firstRange(of: "${") {
      guard let end = rest[start.upperBound...].firstIndex(of: "}") else { return nil }
      parts.append(.text(String(rest[..<start.lowerBound])))
      let name = rest[start.upperBound..<end]
      let words = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard !words.contains("") else { return nil }
      switch words.count {
      case 1: parts.append(.reference(words[0]))
      case _ where words[0] == "outputs": parts.append(.output(words[1]))
      default: parts.append(.attribute(of: words[0], words[1]))
      }
      rest = rest[rest.index(after: end)...]
    }
    parts.append(.text(String(rest)))
    self.init(parts.filter { $0 != .text("") || parts.count == 1 })
  }
}
