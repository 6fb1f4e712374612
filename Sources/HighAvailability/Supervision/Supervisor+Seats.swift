import Ambience
import OrderedCollections

/// Where checks are judged: by the thread that probes by itself where that can be, else by the supervisor.
extension Supervisor {
  /// How long after a failure it is asked again what a late text stands for.
  private static let lookAgainAfter = Duration.seconds(30)

  /// How many applications are handed over to the thread in one turn.
  private static let handOverAtOnce = 500

  // MARK: - The thread

  /// Starts the thread, if there is a network for it, with what it can probe of all applications.
  func startLoop() {
    let inbox = inbox
    loop = surroundings.prober.makeLoop(phase: surroundings.ambient.share()) { inbox.put($0) }
    if loop != nil { toHandOver = watches.keys.elements[...] }
  }

  /// Hands checks over to the thread, not all at once: what waits for it takes room.
  func handOver() {
    guard loop != nil, !toHandOver.isEmpty else { return }
    for name in toHandOver.prefix(Self.handOverAtOnce) {
      guard var watched = watches[name] else { continue }
      for index in watched.seats.indices { promote(index, of: &watched) }
      watches[name] = watched
    }
    toHandOver = toHandOver.dropFirst(Self.handOverAtOnce)
    if toHandOver.isEmpty { toHandOver = [] } else { ring() }
  }

  /// Ends the thread; its checks are the supervisor's again.
  func stopLoop() {
    guard loop != nil else { return }
    for name in watches.keys {
      guard var watched = watches[name] else { continue }
      for index in watched.seats.indices { demote(index, of: &watched) }
      watches[name] = watched
    }
    loop = nil
    toHandOver = []
    _ = inbox.take()
  }

  /// How the thread has fared, while there is one.
  package func loopReport() async -> LoopReport? { await loop?.report() }

  /// Takes what the thread has found.
  func takeFindings() {
    guard loop != nil else { return }
    let offset = nanoseconds - ProbeLoop.now
    for finding in inbox.take() {
      guard let owner = native[finding.key] else { continue }
      let judge = finding.judge.shifted(by: offset)
      take(judge, finding.verdict, of: owner)
      guard judge.last != .up, var watched = watches[owner.application],
        watched.seats[owner.check].nextLook == nil
      else { continue }
      lookAgain(owner.check, of: &watched)
      watches[owner.application] = watched
    }
  }

  // MARK: - Seats

  /// Gives each check of a new application its seat.
  func seat(_ watched: inout Watched) {
    let policy = watched.watch.policy
    for (index, check) in policy.checks.enumerated() {
      let owner = Roster.Owner(application: policy.name, generation: watched.generation, check: index)
      let key = local.add(owner)
      watched.seats.append(Seat(place: .local(key)))
      monitor.add(key, check.terms, at: nanoseconds)
      promote(index, of: &watched)
    }
  }

  /// Takes the seats of an application away.
  func dismiss(_ watched: inout Watched) {
    census.forget(&watched)
    for seat in watched.seats {
      switch seat.place {
      case .local(let key):
        monitor.remove(key)
        local.remove(key)
      case .native(let key):
        loop?.drop(key)
        native.remove(key)
      }
    }
  }

  /// Hands a check over to the thread, if it can be asked by it and it is known what to ask.
  private func promote(_ index: Int, of watched: inout Watched) {
    let check = watched.watch.policy.checks[index]
    guard let loop, case .local(let key) = watched.seats[index].place, let owner = local[key],
      let text = check.lateText == nil ? "" : check.lateText?.known ?? watched.seats[index].text,
      let question = check.question(text)
    else { return }
    monitor.remove(key)
    local.remove(key)
    let new = native.add(owner)
    loop.keep(new, question, check.terms, timeout: check.timeout)
    if watched.isHeld { loop.hold(new, true) }
    watched.seats[index].place = .native(new)
    watched.watch.appoint(Judge(check.rules, at: nanoseconds), toCheck: index)
  }

  /// Takes a check back from the thread.
  private func demote(_ index: Int, of watched: inout Watched) {
    guard case .native(let key) = watched.seats[index].place, let owner = native[key] else { return }
    let check = watched.watch.policy.checks[index]
    loop?.drop(key)
    native.remove(key)
    let new = local.add(owner)
    monitor.add(new, check.terms, at: nanoseconds)
    monitor.hold(new, watched.isHeld)
    watched.seats[index] = Seat(place: .local(new))
    watched.watch.appoint(Judge(check.rules, at: nanoseconds), toCheck: index)
  }

  // MARK: - Word to the judges

  /// Tells the judges of an application to begin anew, to hold or to go on, as its watch wants it.
  func passOn(_ watched: inout Watched) {
    for grace in watched.watch.takeRenewals() {
      for seat in watched.seats { renew(seat, grace) }
      for index in watched.seats.indices {
        watched.seats[index].text = nil
        lookAgain(index, of: &watched)
      }
    }
    guard watched.watch.isHeld != watched.isHeld else { return }
    watched.isHeld.toggle()
    for seat in watched.seats {
      switch seat.place {
      case .local(let key): monitor.hold(key, watched.isHeld)
      case .native(let key): loop?.hold(key, watched.isHeld)
      }
    }
  }

  private func renew(_ seat: Seat, _ grace: Duration) {
    switch seat.place {
    case .local(let key): monitor.startAfresh(key, grace: grace, at: nanoseconds)
    case .native(let key): loop?.startAfresh(key, grace: grace)
    }
  }

  func beat(_ seat: Seat) {
    switch seat.place {
    case .local(let key): if let finding = monitor.beat(key, at: nanoseconds) { take(finding) }
    case .native(let key): loop?.beat(key)
    }
  }

  // MARK: - Late texts

  /// What the thread asks may not be what it should any more: it is looked up again, at once and then now and again.
  private func lookAgain(_ index: Int, of watched: inout Watched) {
    guard case .native(let key) = watched.seats[index].place else { return }
    guard let text = watched.watch.policy.checks[index].lateText, text.known == nil else { return }
    watched.seats[index].nextLook = now
    timers.add(.lookAgain(key), due: now)
  }

  func lookAgain(_ key: Monitor.Key) {
    guard let owner = native[key], let watched = watches[owner.application] else { return }
    guard let due = watched.seats[owner.check].nextLook, due <= now else { return }
    probesWaiting.append(ProbeTicket(key: key, owner: owner, isLookUp: true))
    guard watched.watch.healths[owner.check].last != .up else {
      watches[owner.application]?.seats[owner.check].nextLook = nil
      return
    }
    let next = now + max(watched.watch.policy.checks[owner.check].every, Self.lookAgainAfter)
    watches[owner.application]?.seats[owner.check].nextLook = next
    timers.add(.lookAgain(key), due: next)
  }

  /// Takes what a late text stands for now; nil when that isn't known.
  func takeText(_ text: String?, of owner: Roster.Owner) {
    guard var watched = watches[owner.application], watched.generation == owner.generation else { return }
    defer { watches[owner.application] = watched }
    guard let text else {
      demote(owner.check, of: &watched)
      return
    }
    guard text != watched.seats[owner.check].text else { return }
    watched.seats[owner.check].text = text
    switch watched.seats[owner.check].place {
    case .local: promote(owner.check, of: &watched)
    case .native(let key):
      if let question = watched.watch.policy.checks[owner.check].question(text) {
        loop?.retarget(key, question)
      }
    }
  }
}
