package import Ambience
package import Document
package import OrderedCollections

/// How available an application was in a span of time, and what has healed it.
package struct ServiceReport: Sendable, Hashable {
  /// What has ended incidents: a rung's action, or nothing that was done.
  package struct Healing: Sendable, Hashable {
    package let means: String
    package var count = 0
    package var total = Duration.zero

    /// The mean time from the first failure until it was up again.
    package var meanTime: Duration { count == 0 ? .zero : total / count }
  }

  package let application: String
  package let span: Duration
  package var downtime = Duration.zero
  package var incidents = 0
  package var open = 0
  package var longest = Duration.zero
  package var healings: OrderedDictionary<String, Healing> = [:]

  /// The share of the span in which no incident was open.
  package var availability: Double { span > .zero ? max(0, 1 - downtime / span) : 1 }

  /// The mean time to recovery; nil when nothing has recovered.
  package var meanTime: Duration? {
    let count = healings.values.reduce(0) { $0 + $1.count }
    return count == 0 ? nil : healings.values.reduce(.zero) { $0 + $1.total } / count
  }

  /// The report for programs; times are in seconds.
  package var value: OrderedDictionary<String, Value> {
    [
      "application": .string(application), "span": .number(span.inSeconds),
      "availability": .number(availability), "downtime": .number(downtime.inSeconds),
      "incidents": .integer(Int64(incidents)), "open": .integer(Int64(open)),
      "mttr": meanTime.map { .number($0.inSeconds) } ?? .null, "longest": .number(longest.inSeconds),
      "healed_by": .list(
        healings.values.map {
          [
            "means": .string($0.means), "count": .integer(Int64($0.count)),
            "mttr": .number($0.meanTime.inSeconds),
          ]
        }),
    ]
  }
}

extension IncidentJournal {
  /// A report for each application that the store knows, by name.
  ///
  /// An application is down from the first failed probe of an incident until that ends; what happened before `start`
  /// doesn't count.
  package func reports(from start: Timestamp, to end: Timestamp) async throws -> [ServiceReport] {
    var reports: [String: ServiceReport] = [:]
    func report(_ name: String) -> ServiceReport {
      reports[name] ?? ServiceReport(application: name, span: end - start)
    }
    for (name, _) in try await watches() { reports[name] = report(name) }
    for incident in try await incidents() where (incident.ended ?? end) > start && incident.began < end {
      var own = report(incident.application)
      let down = min(incident.ended ?? end, end) - max(incident.began, start)
      own.incidents += 1
      own.downtime += max(.zero, down)
      own.longest = max(own.longest, (incident.ended ?? end) - incident.began)
      if !incident.state.isOver { own.open += 1 }
      if incident.state == .recovered, let ended = incident.ended {
        let means = try await healer(of: incident.id)
        own.healings[means, default: .init(means: means)].count += 1
        own.healings[means]?.total += ended - incident.began
      }
      reports[incident.application] = own
    }
    return reports.values.sorted { $0.application < $1.application }
  }

  /// The action after which an incident's application recovered, such as `soft reboot`.
  private func healer(of id: String) async throws -> String {
    let entries = try await incident(id).entries
    let last = entries.last { $0.kind == .intent || $0.kind == .startedOver }
    return last?.cause.action ?? "itself"
  }
}
