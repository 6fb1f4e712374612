import Ambience

/// Why a guest agent didn't do what it was asked.
struct AgentFailure: Error, Sendable, Hashable {
  enum Code: Sendable {
    /// The agent doesn't answer, or refuses, or what it was given doesn't end: that is the server's own fault.
    case agent
    /// It couldn't be asked, or couldn't be understood: that says nothing of the server.
    case unasked
    /// As things are set up it can't be asked, whenever one tries.
    case impossible
    case cancelled
  }

  let code: Code
  let reason: String

  init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  static let cancelled = AgentFailure(.cancelled, "cancelled")

  /// What it tells of the server.
  var outcome: Outcome {
    switch code {
    case .agent: .down(reason)
    case .unasked, .impossible, .cancelled: .unknown(reason)
    }
  }
}

extension AgentFailure {
  /// What came between: the machine that ssh was to reach.
  init(_ failure: RemoteShell.Failure, _ host: RemoteHost) {
    switch failure.code {
    case .cancelled: self = .cancelled
    case .timedOut: self.init(.unasked, "virsh on \(host.address) gave no answer in time")
    case .unstarted, .unreached:
      self.init(.unasked, "the hypervisor \(host.address) can't be reached: \(failure.reason)")
    }
  }

  /// What virsh complained of.
  ///
  /// The words are libvirt's, since 1.0.6 at least; what isn't known to be about the agent never counts as its fault.
  init(_ result: RemoteShell.Result, _ instance: String, _ host: RemoteHost, _ agent: GuestAgent) {
    let said = Self.words(of: result.errors)
    func has(_ parts: String...) -> Bool { parts.contains { said.lowercased().contains($0) } }
    switch result.status {
    case 126, 127:
      self.init(
        .impossible,
        "\(agent.virsh) can't be run on \(host.address): \(said); say by `virsh` how it is called there")
    case _ where has("failed to connect to the hypervisor", "authentication unavailable"):
      self.init(
        .impossible,
        "libvirt on \(host.address) lets nobody in at \(agent.connection): \(said); log in as a user whom it does, or "
          + "call virsh by sudo")
    case _ where has("failed to get domain", "domain not found"):
      self.init(
        .unasked,
        "libvirt on \(host.address) has no \(instance) at \(agent.connection): it has moved, or that is another "
          + "libvirt than Nova's")
    case _ where has("agent is not configured"):
      self.init(
        .impossible,
        "the server has no line to a guest agent: it must be made of an image with the property "
          + "hw_qemu_guest_agent=yes")
    case _ where has("frozen state"):
      self.init(.unasked, "the guest agent does nothing while its file systems are frozen: \(said)")
    case _ where has("has been disabled", "not allowed", "has not been found"):
      self.init(
        .impossible,
        "the guest agent may not do what it is asked: \(said); allow it in its configuration, for commands guest-exec "
          + "and guest-exec-status")
    case _ where has("failed to execute child process"):
      self.init(.impossible, "the guest has no shell that its agent could run: \(said)")
    case _ where has("domain is not running"):
      self.init(.agent, "the server isn't running on \(host.address)")
    case _
    where has(
      "guest agent is not responding", "agent command timed out", "agent is not connected",
      "agent is not available", "agent not available"):
      self.init(.agent, "the guest agent doesn't answer: \(said)")
    case _ where has("unable to execute qemu agent command", "agent command failed"):
      self.init(.agent, "the guest agent refuses: \(said)")
    default:
      self.init(.unasked, "virsh on \(host.address) failed: \(said.isEmpty ? "it said nothing" : said)")
    }
  }

  /// What was complained, in one line.
  private static func words(of errors: String) -> String {
    let lines = errors.split(whereSeparator: \.isNewline).map { line in
      line.hasPrefix("error: ") ? line.dropFirst(7) : line
    }
    let line = lines.filter { !$0.allSatisfy(\.isWhitespace) }.joined(separator: ": ")
    return String(line.prefix(200)).filter { !$0.isControl }
  }
}

extension Character {
  fileprivate var isControl: Bool { unicodeScalars.contains { $0.properties.generalCategory == .control } }
}
