import Ambience
import Document
import OrderedCollections

extension WatchRecord {
  var value: Value {
    var value: OrderedDictionary<String, Value> = [
      "rungs": .list(state.rungs.map { .string($0) }),
      "tries": .list(state.tries.map { .list($0.map { .integer($0.milliseconds) }) }),
      "lowest": .integer(Int64(state.lowest)), "phase": encode(state.phase),
      "isInMaintenance": .bool(state.isInMaintenance), "saved": .integer(saved.milliseconds),
      "holder": .string(holder), "isReleased": .bool(isReleased), "entries": .integer(Int64(entries)),
    ]
    value["incident"] = incident.map { .string($0) }
    value["stack"] = target.map { .string($0.stack) }
    value["resource"] = target.map { .string($0.logicalID) }
    if scope != .application { value["scope"] = .string(scope.rawValue) }
    value["parent"] = parent.map { .string($0) }
    value["healthySince"] = state.healthySince.map { .integer($0.milliseconds) }
    if let failure = state.failure {
      var fields: OrderedDictionary<String, Value> = [
        "start": .integer(failure.start.milliseconds), "reason": .string(failure.reason),
        "lastStep": failure.lastStep.map(encode) ?? .null,
      ]
      if !failure.parts.isEmpty {
        fields["parts"] = .map(failure.parts.mapValues { .integer($0.milliseconds) })
      }
      if failure.rounds > 0 { fields["rounds"] = .integer(Int64(failure.rounds)) }
      fields["told"] = failure.told.map { .integer(Int64($0)) }
      value["failure"] = .map(fields)
    }
    return .map(value)
  }

  private func encode(_ phase: WatchState<Timestamp>.Phase) -> Value {
    switch phase {
    case .watching: "watching"
    case .planned: "planned"
    case .settling: "settling"
    case .acting(let mark): ["acting": encode(mark)]
    case .held(let reason): ["held": .string(reason)]
    case .gaveUp(let reason): ["gaveUp": .string(reason)]
    }
  }

  private func encode(_ mark: WatchState<Timestamp>.Mark) -> Value {
    ["rung": .integer(Int64(mark.rung)), "attempt": .integer(Int64(mark.attempt))]
  }

  init(_ value: Value) throws {
    let failure = try value["failure"].map { failure in
      let start = try failure.time("start")
      return WatchState<Timestamp>.Failure(
        start: start, reason: try failure.text("reason"), lastStep: try Self.mark(failure["lastStep"]),
        parts: Self.parts(failure["parts"], of: start),
        rounds: Int(failure["rounds"]?.integer ?? 0), told: failure["told"]?.integer.map { Int($0) })
    }
    let tries = (value["tries"]?.list ?? []).map { rung in
      (rung.list ?? []).compactMap { $0.integer.map { Timestamp(milliseconds: $0) } }
    }
    self.init(
      state: WatchState(
        rungs: (value["rungs"]?.list ?? []).compactMap(\.string), tries: tries,
        lowest: Int(try value.integer("lowest")), phase: try Self.phase(value["phase"] ?? .null),
        failure: failure, isInMaintenance: value["isInMaintenance"]?.bool ?? false,
        healthySince: value["healthySince"]?.integer.map { Timestamp(milliseconds: $0) }),
      saved: try value.time("saved"), holder: try value.text("holder"),
      isReleased: value["isReleased"]?.bool ?? false, incident: value["incident"]?.string,
      entries: Int(try value.integer("entries")))
    if let stack = value["stack"]?.string, let resource = value["resource"]?.string {
      target = Target(stack: stack, logicalID: resource)
    }
    if value["scope"] != nil { scope = try value.name("scope") }
    parent = value["parent"]?.string
  }

  /// The parts that have given up; an older kiln has kept no times of theirs.
  private static func parts(
    _ value: Value?, of start: Timestamp
  ) -> OrderedDictionary<String, Timestamp> {
    if let names = value?.list?.compactMap(\.string) {
      return OrderedDictionary(names.map { ($0, start) }, uniquingKeysWith: { $1 })
    }
    return (value?.map ?? [:]).compactMapValues { $0.integer.map { Timestamp(milliseconds: $0) } }
  }

  private static func phase(_ value: Value) throws -> WatchState<Timestamp>.Phase {
    switch value.string {
    case "watching": return .watching
    case "planned": return .planned
    case "settling": return .settling
    default: break
    }
    if let mark = try mark(value["acting"]) { return .acting(mark) }
    if let reason = value["held"]?.string { return .held(reason) }
    if let reason = value["gaveUp"]?.string { return .gaveUp(reason) }
    throw MalformedRecord(field: "phase")
  }

  private static func mark(_ value: Value?) throws -> WatchState<Timestamp>.Mark? {
    guard let value, !value.isNull else { return nil }
    return .init(rung: Int(try value.integer("rung")), attempt: Int(try value.integer("attempt")))
  }
}
