import Ambience
import OrderedCollections

/// Where checks are judged: by the thread that probes by itself where that can be, else by the supervisor.
extension Supervisor {
  /// How long after a failure it is asked again what a late text stands for.
  private static let lookAgainAfter = Duration.seconds(30)

  /// How many applications are handed over to the thread in one turn.
  private static let handOverAtOnce = 500

  // MARK: - The thread

  /// Starts the thread, if there is a network for it; what it can probe is handed over in the next turns.
  func startLoop() {
    let inbox = inbox
    loop = surroundings.prober.makeLoop(phase: surroundings.ambient.share()) { inbox.put($0) }
    loop?.reserve(watches.count)
    toHandOver = watches.keys.elements[...]
  }

  /// Gives seats to the checks of some applications, not of all at once: what waits for the thread takes room.
  func handOver() {
    guard !toHandOver.isEmpty else { return }
    for name in toHandOver.prefix(Self.handOverAtOnce) {
      guard var watched = watches[name] else { continue }
      seatChecks(of: &watched)
      watches[name] = watched
    }
    toHandOver = toHandOver.dropFirst(Self.handOverAtOnce)
    if toHandOver.isEmpty { toHandOver = [] } else { ring() }
  }

  /// Ends the thread; its checks wait until the supervisor works again.
  func stopLoop() {
    toHandOver = []
    guard loop != nil else { return }
    for name in watches.keys {
      guard var watched = watches[name] else { continue }
      for index in watched.seats.indices {
        guard case .native(let key) = watched.seats[index].place else { continue }
        native.remove(key)
        watched.seats[index] = Seat()
        watched.watch.appoint(
          Judge(watched.watch.policy.checks[index].rules, at: nanoseconds), toCheck: index)
      }
      watches[name] = watched
    }
    loop = nil
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
    watched.seats = Few(watched.watch.policy.checks.map { _ in Seat() })
    if isRunning { seatChecks(of: &watched) }
  }

  /// Gives each check that waits for it a seat: with the thread, else here.
  private func seatChecks(of watched: inout Watched) {
    for index in watched.seats.indices {
      guard case .waiting = watched.seats[index].place, !promote(index, of: &watched) else { continue }
      sit(index, of: &watched)
    }
  }

  /// The seat of a check that something is pushed for, which gets one at once.
  func seat(of index: Int, _ name: String) -> Seat? {
    guard var watched = watches[name], watched.seats.indices.contains(index) else { return nil }
    if case .waiting = watched.seats[index].place {
      sit(index, of: &watched)
      watches[name] = watched
    }
    return watched.seats[index]
  }

  private func owner(of index: Int, _ watched: Watched) -> Roster.Owner {
    Roster.Owner(application: watched.watch.policy.name, generation: watched.generation, check: index)
  }

  /// Lets the supervisor itself judge a check from now on.
  private func sit(_ index: Int, of watched: inout Watched) {
    let key = local.add(owner(of: index, watched))
    let check = watched.watch.policy.checks[index]
    monitor.add(key, check.terms, at: nanoseconds)
    monitor.hold(key, watched.isHeld)
    watched.seats[index] = Seat(.local(key))
    watched.watch.appoint(Judge(check.rules, at: nanoseconds), toCheck: index)
  }

  /// Takes the seats of an application away.
  func dismiss(_ watched: inout Watched) {
    census.forget(&watched)
    orphan(watched.watch.policy)
    reaches[watched.watch.policy.name] = nil
    for index in watched.seats.indices { leave(index, of: &watched) }
  }

  private func leave(_ index: Int, of watched: inout Watched) {
    switch watched.seats[index].place {
    case .waiting: break
    case .local(let key):
      monitor.remove(key)
      local.remove(key)
    case .native(let key):
      loop?.drop(key)
      native.remove(key)
    }
    watched.seats[index].place = .waiting
  }

  /// Hands a check over to the thread; false when it can't be asked by it, or it isn't known what to ask.
  private func promote(_ index: Int, of watched: inout Watched) -> Bool {
    let check = watched.watch.policy.checks[index]
    guard let loop,
      let text = check.lateText == nil ? "" : check.lateText?.known ?? watched.seats[index].text,
      let question = check.question(text)
    else { return false }
    leave(index, of: &watched)
    let key = native.add(owner(of: index, watched))
    loop.keep(key, question, check.terms, timeout: check.timeout)
    if watched.isHeld { loop.hold(key, true) }
    watched.seats[index].place = .native(key)
    watched.watch.appoint(Judge(check.rules, at: nanoseconds), toCheck: index)
    return true
  }

  /// Takes a check back from the thread.
  private func demote(_ index: Int, of watched: inout Watched) {
    leave(index, of: &watched)
    sit(index, of: &watched)
  }

  // MARK: - Word to the judges

  /// Tells the judges of an application to begin anew, to hold or to go on, as its watch wants it.
  func passOn(_ watched: inout Watched) {
    for grace in watched.watch.takeRenewals() {
      for seat in watched.seats { renew(seat, grace) }
      forgetTexts(of: &watched)
    }
    guard watched.isListenedTo == watched.isHeld else { return }
    watched.isHeld.toggle()
    if !watched.isHeld, !lateReports.isEmpty { ring() }
    for seat in watched.seats {
      switch seat.place {
      case .waiting: break
      case .local(let key): monitor.hold(key, watched.isHeld)
      case .native(let key): loop?.hold(key, watched.isHeld)
      }
    }
  }

  private func renew(_ seat: Seat, _ grace: Duration) {
    switch seat.place {
    case .waiting: break
    case .local(let key): monitor.startAfresh(key, grace: grace, at: nanoseconds)
    case .native(let key): loop?.startAfresh(key, grace: grace)
    }
  }

  func beat(_ seat: Seat) {
    switch seat.place {
    case .waiting: break
    case .local(let key): if let finding = monitor.beat(key, at: nanoseconds) { take(finding) }
    case .native(let key): loop?.beat(key)
    }
  }

  // MARK: - Late texts

  /// Has it looked up again what late texts stand for, as that may be something else by now.
  func forgetTexts(of watched: inout Watched) {
    for index in watched.seats.indices {
      watched.seats[index].text = nil
      lookAgain(index, of: &watched)
    }
  }

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
    case .waiting, .local: _ = promote(owner.check, of: &watched)
    case .native(let key):
      if let question = watched.watch.policy.checks[owner.check].question(text) {
        loop?.retarget(key, question)
      }
    }
  }
}
