/// A question asked again and again to learn whether an application works, and how many answers decide.
package struct Check: Sendable {
  package enum Kind: Sendable {
    /// Something accepts TCP connections there.
    case tcp(address: LateText, port: Int)
    /// A GET is answered as expected.
    indirect case http(url: LateText, HTTPExpectation)
    /// Nova says that the server of this id is active.
    case server(id: LateText)
    /// The cloud says that a thing of its own is well.
    case cloud(WatchedThing, LateText)
    /// A name server, by its address, answers for a name.
    indirect case dns(server: LateText, NameQuery)
    /// A command on a machine, by its address, ends with the status 0.
    indirect case ssh(address: LateText, RemoteCommand)
    /// The guest agent inside a server, by the server's id, answers, or a command that it runs ends with the status 0;
    /// without an id the server that the policy is for.
    indirect case guestAgent(server: LateText?, GuestAgent, command: String?)
    /// Samples that guests push decide.
    indirect case metric(MetricAlarm)
    /// The application, or its guest, says that it lives; `every` is the longest silence that is let pass.
    case heartbeat
    /// Others report on it, such as by a webhook.
    case reported
    /// Anything else; what it throws counts as unknown.
    case custom(@Sendable () async throws -> Outcome)
  }

  package var name: String
  package var kind: Kind
  private var manner: SharedManner
  /// Where it is asked from, in place of this machine, and how many must agree that it is down.
  @Rare package var vantage: Vantage? = nil

  package init(
    _ name: String, _ kind: Kind, every: Duration = .seconds(10), timeout: Duration = .seconds(5),
    rules: JudgeRules
  ) {
    self.name = name
    self.kind = kind
    manner = SharedManner(Manner(every: every, timeout: timeout, rules: rules))
  }

  /// A check that is down after so many failures in a row.
  package init(
    _ name: String, _ kind: Kind, every: Duration = .seconds(10), timeout: Duration = .seconds(5),
    fall: Int = 3,
    rise: Int = 2, grace: Duration = .seconds(120)
  ) {
    self.init(
      name, kind, every: every, timeout: timeout,
      rules: JudgeRules(fall: .inARow(fall), rise: rise, grace: grace))
  }

  /// A check that goes by pushed samples.
  package static func metric(_ alarm: MetricAlarm) -> Check {
    Check(alarm.name, .metric(alarm), every: .seconds(60), fall: 1, rise: 1, grace: .zero)
  }

  /// How often it is asked.
  package var every: Duration {
    get { manner.value.every }
    set { manner = manner.changed { $0.every = newValue } }
  }

  /// The time allowed for one probe.
  package var timeout: Duration {
    get { manner.value.timeout }
    set { manner = manner.changed { $0.timeout = newValue } }
  }

  /// How many outcomes decide.
  package var rules: JudgeRules {
    get { manner.value.rules }
    set { manner = manner.changed { $0.rules = newValue } }
  }

  /// Whether a connection over plain HTTP is kept for the next probe.
  package var keepsConnection: Bool {
    get { manner.value.keepsConnection }
    set { manner = manner.changed { $0.keepsConnection = newValue } }
  }

  /// Keeps how it is asked in the one place where others have the same.
  mutating func share(_ pool: inout MannerPool) { manner = pool.shared(manner) }

  /// How many successes in a row make it up.
  package var rise: Int {
    get { rules.rise }
    set { rules.rise = newValue }
  }

  /// How long failures don't count after the start, unless it has been up meanwhile.
  package var grace: Duration {
    get { rules.grace }
    set { rules.grace = newValue }
  }

  var terms: Monitor.Terms {
    switch kind {
    case .heartbeat: Monitor.Terms(rules, every: every, .heartbeat)
    case .reported: Monitor.Terms(rules, every: every, .reported)
    default: Monitor.Terms(rules, every: every)
    }
  }
}

extension Check {
  /// What must be known of the stack before it can be asked; nil when nothing is but the policy's own target.
  var lateText: LateText? {
    switch kind {
    case .tcp(let text, _), .http(let text, _), .server(let text), .cloud(_, let text), .dns(let text, _),
      .ssh(let text, _):
      text
    case .guestAgent(let text, _, _): text
    case .metric, .heartbeat, .reported, .custom: nil
    }
  }

  /// What must be known of the stack for it to be asked about a target; nil when nothing is.
  func lateText(for target: Target) -> LateText? {
    if let lateText { return lateText }
    guard asksTarget else { return nil }
    return LateText(.reference(target.logicalID))
  }

  /// Whether it asks about whatever its policy is for.
  var asksTarget: Bool { if case .guestAgent(nil, _, _) = kind { true } else { false } }

  /// What a loop asks for it, once its late text is known; nil when only a task can.
  func question(_ text: String) -> Question? {
    guard vantage == nil else { return nil }
    return switch kind {
    case .tcp(_, let port): .connection(text, port: port)
    case .http(_, let expectation): .page(text, expectation, keepsAlive: keepsConnection)
    case .dns(_, let query): query.question(at: text)
    case .heartbeat: .heartbeat
    case .server, .cloud, .ssh, .guestAgent, .metric, .reported, .custom: nil
    }
  }

  /// Refuses what could never work, with a reason and a hint.
  package func validate() throws(HAError) {
    func refuse(_ what: String, _ hint: String? = nil) -> HAError {
      HAError(.invalidPolicy, "the check \(name) \(what)", hint: hint)
    }
    guard every >= .milliseconds(10) else { throw refuse("is asked too often", "every is 10 ms or more") }
    guard timeout > .zero else { throw refuse("allows no time for an answer", "timeout is above 0") }
    if let (what, hint) = rules.problem { throw refuse(what, hint) }
    switch kind {
    case .tcp(_, let port) where !(1...65_535).contains(port):
      throw refuse("asks port \(port)", "a port is from 1 to 65535")
    case .http(let url, let expectation):
      try Self.validate(expectation, refuse)
      if let known = url.known, WebAddress(known) == nil {
        throw refuse("asks \(known)", "a URL begins with http:// or https:// and a host, and holds no spaces")
      }
      if expectation.certificateValidity != nil, let known = url.known, WebAddress(known)?.isSecure == false {
        throw refuse("wants a certificate of \(known)", "only https has certificates")
      }
    case .dns(_, let query): try query.validate(refuse)
    case .ssh(_, let command): try command.validate(refuse)
    case .guestAgent(_, let agent, let command):
      try agent.validate(refuse)
      if let command { try GuestAgent.validate(command: command, refuse) }
      guard timeout >= GuestAgent.leastTime else {
        throw refuse(
          "has \(timeout.phrase) for a guest agent's answer",
          "libvirt itself waits for it for up to 5 s: a timeout of \(GuestAgent.leastTime.phrase) or more")
      }
    default: break
    }
    if let vantage { try validate(vantage, refuse) }
  }

  private func validate(_ vantage: Vantage, _ refuse: (String, String?) -> HAError) throws(HAError) {
    switch kind {
    case .tcp, .http: break
    default: throw refuse("has vantage points", "only tcp and http are asked from elsewhere")
    }
    guard (1...max(1, vantage.places.count)).contains(vantage.agreeing), !vantage.places.isEmpty else {
      throw refuse(
        "wants \(vantage.agreeing) of \(vantage.places.count) vantage points to agree",
        "as many must agree as there are, or fewer, but one at least")
    }
  }

  private static func validate(_ expectation: HTTPExpectation, _ refuse: (String, String?) -> HAError)
    throws(HAError)
  {
    if let odd = expectation.statuses.first(where: { !(100...599).contains($0) }) {
      throw refuse("wants the status \(odd)", "an HTTP status is from 100 to 599")
    }
    if let odd = expectation.fields.first(where: { $0.name.isEmpty }) {
      throw refuse("wants a header without a name with \(odd.value.quoted)", nil)
    }
    if let validity = expectation.certificateValidity, validity < .zero {
      throw refuse("wants a certificate that is good for less than nothing", "valid_for is 0 or more")
    }
  }
}
