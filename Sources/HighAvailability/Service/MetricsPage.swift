package import HTTP

/// The numbers of a supervisor as Prometheus reads them (text exposition format 0.0.4).
package struct MetricsPage: Sendable {
  package let applications: [ApplicationStatus]
  package let pulse: Pulse
  package let tally: Tally
  package let isFrozen: Bool
  /// How many notices were delivered, and how many never will be.
  package let delivered: Int
  package let lost: Int
  /// How many reports were answered over HTTP, by the status of the answer.
  package let answers: [Int: Int]

  /// The page as it is served.
  package var response: Response {
    Response(
      status: 200, headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8"],
      body: Array(text.utf8))
  }

  package var text: String {
    var page = Writer()
    page.add(
      "kiln_ha_applications", "gauge", "How many applications are watched.", [([], "\(applications.count)")])
    page.add(
      "kiln_ha_application_state", "gauge", "1 for the state that an application is in.",
      applications.map {
        (labels($0) + [("state", $0.state.rawValue)], "1")
      })
    page.add(
      "kiln_ha_application_up", "gauge", "Whether all checks of an application say up.",
      applications.map { (labels($0), $0.state == .up ? "1" : "0") })
    page.add(
      "kiln_ha_incidents_open", "gauge", "How many applications are down.",
      [([], "\(applications.count { $0.downSince != nil })")])
    page.add(
      "kiln_ha_detections_total", "counter", "How often an application was found to be down.",
      tally.detections.sorted { $0.key < $1.key }.map { ([("application", $0.key)], "\($0.value)") })
    page.add(
      "kiln_ha_actions_total", "counter", "Actions by rung and by what came of them.",
      tally.deeds.sorted { ($0.key.rung, $0.key.result) < ($1.key.rung, $1.key.result) }.map { deed, count in
        ([("rung", "\(deed.rung + 1)"), ("action", deed.action), ("result", deed.result)], "\(count)")
      })
    page.add("kiln_ha_probes_total", "counter", "Probes that have ended.", [([], "\(pulse.probes)")])
    page.add(
      "kiln_ha_probe_failures_total", "counter", "Probes that found something down.",
      [([], "\(pulse.failures)")])
    page.add(
      "kiln_ha_detection_delay_seconds", "From the first failed probe until that was decisive.",
      tally.detectionDelay)
    page.add(
      "kiln_ha_loop_lag_seconds", "From a call until the supervisor's loop turned.", pulse.lag)
    page.add(
      "kiln_ha_loop_turns_total", "counter", "How often the loop has turned.", [([], "\(pulse.turns)")])
    page.add(
      "kiln_ha_frozen", "gauge", "Whether so much fails at once that nothing is done.",
      [([], isFrozen ? "1" : "0")])
    page.add(
      "kiln_ha_notices_total", "counter", "Events that others were to be told of.",
      [([("result", "delivered")], "\(delivered)"), ([("result", "lost")], "\(lost)")])
    page.add(
      "kiln_ha_reports_total", "counter", "Reports over HTTP, by the status of the answer.",
      answers.sorted { $0.key < $1.key }.map { ([("status", "\($0.key)")], "\($0.value)") })
    return page.text
  }

  private func labels(_ status: ApplicationStatus) -> [(String, String)] {
    [
      ("application", status.name), ("stack", status.target.stack), ("resource", status.target.logicalID),
    ]
  }
}

private struct Writer {
  private(set) var text = ""

  typealias Sample = (labels: [(String, String)], value: String)

  mutating func add(_ name: String, _ type: String, _ help: String, _ samples: [Sample]) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    for sample in samples { line(name, sample.labels, sample.value) }
  }

  mutating func add(_ name: String, _ help: String, _ spans: Spans) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) summary\n"
    for share in [0.5, 0.9, 0.99] where spans.count > 0 {
      line(name, [("quantile", "\(share)")], "\(spans.quantile(share).inSeconds)")
    }
    line("\(name)_sum", [], "\(spans.sum.inSeconds)")
    line("\(name)_count", [], "\(spans.count)")
  }

  private mutating func line(_ name: String, _ labels: [(String, String)], _ value: String) {
    let list = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
    text += name + (list.isEmpty ? "" : "{\(list)}") + " \(value)\n"
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { line, letter in
      switch letter {
      case "\\": line += "\\\\"
      case "\"": line += "\\\""
      case "\n": line += "\\n"
      default: line.append(letter)
      }
    }
  }
}
