import Ambience
import Document
import HighAvailability
import LuaRuntime
import OpenStack
import StackEngine

/// A running supervisor as scripts hold it; closing it stops the watch.
final class SupervisorObject: LuaObject {
  /// How long those who are to be told are waited for at the end.
  private static let farewell = Duration.seconds(5)

  private let supervisor: Supervisor
  private let feed: EventFeed
  private let notifier: Notifier
  private let notifying: Task<Void, Never>
  private let ambient: Ambient

  private init(
    _ supervisor: Supervisor, _ events: AsyncStream<HAEvent>, _ notifier: Notifier, _ ambient: Ambient
  ) {
    self.supervisor = supervisor
    self.notifier = notifier
    self.ambient = ambient
    feed = EventFeed(events)
    notifying = Task { await notifier.run() }
  }

  deinit { notifying.cancel() }

  private func stop() async {
    await supervisor.stop()
    _ = try? await within(Self.farewell, by: ambient) { [notifier] in await notifier.settle() }
    notifying.cancel()
  }

  /// Starts to watch the applications of some policies, which must be on one cloud.
  static func watching(
    _ policies: [PolicyObject], _ options: Supervisor.Options, sessions: Sessions,
    warn: @escaping @Sendable (Diagnostic) -> Void
  ) async throws -> SupervisorObject {
    let session: CloudSession =
      if let known = policies.lazy.compactMap(\.session).first { known } else { try await sessions.session() }
    var surroundings = session.surroundings
    let notifier = Notifier(ambient: surroundings.ambient, complain: warn)
    let pages = Dictionary(policies.map { ($0.policy.name, $0) }, uniquingKeysWith: { first, _ in first })
    surroundings.record = { [record = surroundings.record] event in
      await record(event)
      guard let page = pages[event.application] else { return }
      await notifier.send(event, to: event.receivers(page.targets, by: page.policy))
    }
    try Families(policies.map(\.policy)).validate()
    let supervisor = Supervisor(surroundings, options: options)
    await supervisor.reserve(policies.count)
    for policy in policies { try await supervisor.add(policy.policy) }
    let object = SupervisorObject(
      supervisor, await supervisor.events(), notifier, surroundings.ambient)
    await supervisor.start()
    return object
  }

  static let luaClass = LuaClass("kiln.Supervisor", "Watches applications and heals them.") {
    Method(
      "events", "Gives the supervisor's events as they happen, for use in a `for` loop.",
      returns: [LuaParameter("next", .function)]
    ) { (object: SupervisorObject, _) in
      let next = AsyncFunction("next", "The next event.") { [feed = object.feed] _ in
        [await feed.next()?.record ?? .nil]
      }
      return [.native(next.declaration)]
    }
    AsyncMethod("status", "How each application fares.", returns: [LuaParameter("applications", .list(.any))])
    {
      (object: SupervisorObject, _) in [.list(await object.supervisor.status().map(\.record))]
    }
    AsyncMethod(
      "maintenance", "Begins or ends a time in which an application's failures are nobody's business.",
      [LuaParameter("application", .string), LuaParameter("is_on", .boolean)]
    ) { (object: SupervisorObject, arguments) in
      try await object.supervisor.setMaintenance(arguments("is_on"), of: arguments("application"))
      return []
    }
    AsyncMethod(
      "retry", "Has all rungs tried again for an application that is held or was given up.",
      [LuaParameter("application", .string)]
    ) { (object: SupervisorObject, arguments) in
      try await object.supervisor.resume(arguments("application"))
      return []
    }
    AsyncMethod(
      "thaw",
      "Says that failures in great number are real, so that something is done about them; that holds until they are over."
    ) { (object: SupervisorObject, _) in
      await object.supervisor.thaw()
      return []
    }
    AsyncMethod(
      "metric", "Gives a sample to an alarm, as `cfn-push-stats` does.",
      [LuaParameter("alarm", .string), LuaParameter("metric", .string), LuaParameter("value", .number)]
    ) { (object: SupervisorObject, arguments) in
      try await object.supervisor.metric(
        alarm: arguments("alarm"), name: arguments("metric"), value: arguments("value"))
      return []
    }
    AsyncMethod(
      "heartbeat", "Tells that an application lives, for its heartbeat checks.",
      [
        LuaParameter("application", .string),
        LuaParameter("check", .optional(.string), "The name of one of them; all if not given."),
      ]
    ) { (object: SupervisorObject, arguments) in
      try await object.supervisor.heartbeat(arguments("application"), check: arguments.optional("check"))
      return []
    }
    AsyncMethod(
      "report", "Reports on a check that goes by reports: true is up, false down.",
      [
        LuaParameter("application", .string), LuaParameter("check", .string), LuaParameter("is_up", .boolean),
        LuaParameter("reason", .optional(.string), "Why it is down."),
      ]
    ) { (object: SupervisorObject, arguments) in
      let reason: String = try arguments.optional("reason") ?? "it was reported down"
      let outcome: Outcome = try arguments("is_up") ? .up : .down(reason)
      try await object.supervisor.report(outcome, of: arguments("application"), check: arguments("check"))
      return []
    }
    AsyncMethod("stop", "Stops the watch.") { (object: SupervisorObject, _) in
      await object.stop()
      return []
    }
    Operation(
      .close,
      awaiting: { (object: SupervisorObject, _) in
        await object.stop()
        return []
      })
    Operation(.text) { (_: SupervisorObject, _) in [.string("supervisor")] }
  }
}

/// The events of a supervisor, one after the other.
private actor EventFeed {
  private var iterator: AsyncStream<HAEvent>.Iterator

  init(_ events: AsyncStream<HAEvent>) { iterator = events.makeAsyncIterator() }

  func next() async -> HAEvent? {
    var local = iterator
    defer { iterator = local }
    return await local.next(isolation: self)
  }
}

extension HAEvent {
  var record: LuaValue {
    .record([
      LuaField("time", .string(time.description)), LuaField("status", .string(status)),
      LuaField("application", .string(application)), LuaField("stack", .string(target.stack)),
      LuaField("resource", .string(target.logicalID)), LuaField("reason", .string(reason)),
    ])
  }
}

extension ApplicationStatus {
  var record: LuaValue {
    .record([
      LuaField("name", .string(name)), LuaField("state", .string(state.rawValue)),
      LuaField("stack", .string(target.stack)), LuaField("resource", .string(target.logicalID)),
      LuaField("scope", .string(scope.rawValue)), LuaField("parent", .string(parent ?? "")),
      LuaField("reason", .string(reason ?? "")), LuaField("step", .string(step ?? "")),
    ])
  }
}
