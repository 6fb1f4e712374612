import Ambience
import OrderedCollections
import StackEngine

/// What a child of the loop brings home.
enum Report: Sendable {
  case bell
  case timer
  case probed(UInt64, ProbeResult)
  case asked(UInt64, Result<Answer, RemedyError>)
  case acted(UInt64, Deed)
  /// All events that it was given are kept with their stacks.
  case recorded
  case swept
}

/// What the loop starts children for.
enum Work {
  case probe(UInt64, Check, ProbeTask)
  case ask(UInt64, StepProposal, Action)
  case act(UInt64, Step, RungContext)
  /// Finds out what became of a step that was cut off.
  case look(UInt64, Step, RungContext)
  /// Has operations gone on with that no process goes on with.
  case sweep
}

extension Supervisor {
  /// Watches all applications until the task is cancelled or `stop` is called.
  ///
  /// It returns when all probes and actions that were under way have ended; they are cancelled.
  package func run() async {
    guard !isRunning else { return }
    isRunning = true
    isStopping = false
    let bell = hangBell()
    startLoop()
    await withTaskGroup(of: Report.self) { group in
      listen(to: bell, in: &group)
      tellAdvisor(in: &group)
      while !Task.isCancelled, !isStopping {
        // What only asks needn't wait until the news are kept.
        for work in await lookAt() { begin(work, in: &group) }
        for work in await keepUp() { begin(work, in: &group) }
        recordEvents(in: &group)
        sleep(in: &group)
        guard let report = await group.next() else { break }
        lookForGap()
        if case .bell = report { listen(to: bell, in: &group) } else { take(report) }
      }
      group.cancelAll()
    }
    isStopping = true
    isRecording = false
    _ = await keepIncidents()
    await Self.record(takeUnrecorded(), by: surroundings)
    // What is under way is kept as such: who comes next looks into it.
    await releaseLeases()
    letGo()
  }

  /// Does all that is due, and returns what is to be asked.
  private func lookAt() async -> [Work] {
    notePulse()
    lookAtClock()
    lookForGap()
    await letDepart()
    await lead()
    await lookAround()
    lookForGap()
    while let (timer, _) = timers.popDue(at: now) { remind(of: timer) }
    takeFindings()
    if !lateReports.isEmpty { hearLateReports() }
    handOver()
    while let due = monitor.takeDue(at: nanoseconds) { attend(to: due) }
    if massFailures.isConcerned || !planning.isEmpty { guardAgainstMassFailure() }
    return startProbes() + askTargets() + sweepOperations()
  }

  /// Keeps what is new, and returns the steps that are to be taken.
  private func keepUp() async -> [Work] {
    let work = stepsToPerform
    stepsToPerform = []
    let before = gaps
    let unkept = await keepIncidents()
    lookForGap()
    return work.filter { !isHeldBack($0, unkept, isLate: gaps != before) }
  }

  private func take(_ report: Report) {
    switch report {
    case .bell, .timer: break
    case .probed(let ticket, let result): finishProbe(ticket, result)
    case .asked(let ticket, let answer): finishAsking(ticket, answer)
    case .acted(let ticket, let deed): finishAction(ticket, deed)
    case .recorded: isRecording = false
    case .swept: finishSweep()
    }
  }

  private func listen(to bell: AsyncStream<Void>, in group: inout TaskGroup<Report>) {
    group.addTask {
      for await _ in bell { break }
      return .bell
    }
  }

  /// Tells the advisor of all that happens, one event after the other; nothing waits for it.
  private func tellAdvisor(in group: inout TaskGroup<Report>) {
    guard let advisor = surroundings.advisor else { return }
    let events = events()
    group.addTask {
      for await event in events { await advisor.hear(event) }
      return .timer
    }
  }

  /// Sees to it that the loop wakes for the next timer.
  private func sleep(in group: inout TaskGroup<Report>) {
    let probe = monitor.nextDue.map { Duration.nanoseconds($0) }
    guard let due = [timers.nextDue, probe].compactMap({ $0 }).min() else { return }
    if let sleepingUntil, sleepingUntil > now, sleepingUntil <= due { return }
    sleepingUntil = due
    let span = max(.milliseconds(1), due - now)
    group.addTask { [ambient = surroundings.ambient] in
      try? await ambient.sleep(span)
      return .timer
    }
  }

  private func begin(_ work: Work, in group: inout TaskGroup<Report>) {
    let surroundings = surroundings
    switch work {
    case .probe(let ticket, let check, let task):
      group.addTask { .probed(ticket, await check.probe(task, by: surroundings)) }
    case .ask(let ticket, let proposal, let action):
      group.addTask { .asked(ticket, await surroundings.ask(proposal, action)) }
    case .act(let ticket, let step, let context):
      let (fence, tools) = (fence(of: context.application), tools(of: context))
      group.addTask { [self, gaps] in
        guard await gaps == lookedForGaps() else { return .acted(ticket, Self.lateDeed) }
        return await Fence.$current.withValue(fence) {
          .acted(ticket, await surroundings.perform(step, context, tools))
        }
      }
    case .sweep:
      group.addTask { [self] in
        // What can't be asked now is asked the next time.
        try? await within(Self.askingTime, by: surroundings.ambient) {
          try await surroundings.remedies.takeUpAbandoned { await self.looksAfter(stack: $0) }
        }
        return .swept
      }
    case .look(let ticket, let step, let context):
      let (fence, tools) = (fence(of: context.application), tools(of: context))
      group.addTask {
        await Fence.$current.withValue(fence) {
          .acted(ticket, await surroundings.look(into: step, context, tools))
        }
      }
    }
  }

  private func remind(of timer: Timer) {
    switch timer {
    case .lookAgain(let key): lookAgain(key)
    case .step: break
    case .overdue(let ticket): giveUpOn(ticket)
    }
  }

  /// Hands the events over to whoever keeps them with their stacks, in their order; no action waits for that.
  private func recordEvents(in group: inout TaskGroup<Report>) {
    guard !isRecording, !unrecorded.isEmpty else { return }
    isRecording = true
    group.addTask { [surroundings, events = takeUnrecorded()] in
      // They are kept also where the loop ends meanwhile.
      await withCheckedContinuation { continuation in
        spawn {
          await Self.record(events, by: surroundings)
          continuation.resume()
        }
      }
      return .recorded
    }
  }

  private func takeUnrecorded() -> [HAEvent] {
    defer { unrecorded = [] }
    return unrecorded
  }

  private static func record(_ events: [HAEvent], by surroundings: Surroundings) async {
    for event in events { await surroundings.record(event) }
  }

  /// Whether an action mustn't begin, as its intent couldn't be kept or what it was decided on is of long ago; then it
  /// waits for another try.
  private func isHeldBack(_ work: Work, _ unkept: Set<String>, isLate: Bool) -> Bool {
    guard case .act(let ticket, _, let context) = work else { return false }
    if unkept.contains(context.application) {
      finishAction(ticket, Deed(.unreachable("the store can't be written")))
      return true
    }
    if isLate { finishAction(ticket, Self.lateDeed) }
    return isLate
  }

  private static let lateDeed = Deed(.unreachable("nobody has watched since it was decided"))
}
