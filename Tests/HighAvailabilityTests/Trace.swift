import HighAvailability

/// A recorded case: how an application behaves over time under a policy, and what is to be decided when.
///
/// The format, by line: `check every=10 fall=3 rise=2 grace=0`, `reset 1800`, `rung ACTION intensity=… period=…
/// settle=… backoff=… takes=… result=…`, `at SECONDS broken until=ACTION`, `at SECONDS unknown`, `at SECONDS up`,
/// `at SECONDS busy`, `at SECONDS ready`, `at SECONDS maintenance on`, `at SECONDS resume`, `end SECONDS`; after
/// `expect` one line for each decision. Times are seconds.
struct Trace {
  enum Happening {
    case broken(until: String)
    case unknown, up, busy, ready, resume
    case maintenance(Bool)
  }

  struct Line {
    let words: [String]

    init(_ text: Substring) { words = text.split(separator: " ").map(String.init) }

    subscript(key: String) -> String? {
      words.first { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) }
    }

    func seconds(_ key: String, _ fallback: Int) -> Duration {
      .seconds(self[key].flatMap(Int.init) ?? fallback)
    }

    func number(_ key: String, _ fallback: Int) -> Int { self[key].flatMap(Int.init) ?? fallback }
  }

  static let actions = [
    "notify", "restart", "custom", "soft_reboot", "hard_reboot", "stop_start", "rebuild", "replace", "never",
  ]

  var check = Check("web", .custom { .up })
  var ladder = Ladder([])
  var happenings: [Int: Happening] = [:]
  /// How long the action of each rung takes, and what it brings.
  var results: [(takes: Int, result: String)] = []
  var end = 3600
  var expected: [String] = []

  init(_ text: String) {
    var isExpecting = false
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      if isExpecting {
        expected.append(String(line))
      } else if line == "expect" {
        isExpecting = true
      } else {
        read(Line(line))
      }
    }
  }

  private mutating func read(_ line: Line) {
    switch line.words.first {
    case "check":
      check.every = line.seconds("every", 10)
      check.rules.fall = .inARow(line.number("fall", 3))
      check.rise = line.number("rise", 2)
      check.grace = line.seconds("grace", 0)
    case "reset": ladder.resetAfter = .seconds(Int(line.words[1]) ?? 0)
    case "rung": readRung(line)
    case "at": happenings[Int(line.words[1]) ?? 0] = Self.happening(line)
    case "end": end = Int(line.words[1]) ?? 0
    default: break
    }
  }

  private mutating func readRung(_ line: Line) {
    let backoff = line.seconds("backoff", 0)
    ladder.rungs.append(
      Rung(
        Self.action(line.words[1]), intensity: line.number("intensity", 1),
        period: line.seconds("period", 3600), settle: line.seconds("settle", 60),
        backoff: backoff == .zero ? .none : Backoff(backoff, jitter: 0)))
    results.append((line.number("takes", 1), line["result"] ?? "done"))
  }

  private static func happening(_ line: Line) -> Happening {
    switch line.words[2] {
    case "broken": .broken(until: line["until"] ?? "never")
    case "unknown": .unknown
    case "busy": .busy
    case "ready": .ready
    case "resume": .resume
    case "maintenance": .maintenance(line.words[3] == "on")
    default: .up
    }
  }

  private static func action(_ name: String) -> Action {
    switch name {
    case "restart": .restart(service: nil)
    case "soft_reboot": .softReboot
    case "hard_reboot": .hardReboot
    case "stop_start": .stopStart
    case "rebuild": .rebuild
    case "replace": .replace()
    case "custom": .custom(name: "custom") { _ in .recovered }
    default: .notify("oncall")
    }
  }
}

// MARK: - Playing it

extension Trace {
  /// Plays the application's part second by second, and notes what the watch decides.
  func played() -> [String] {
    var watch = Watch(
      ApplicationPolicy(
        name: "wiki", target: Target(stack: "wiki", logicalID: "Server"), checks: [check], ladder: ladder),
      at: .zero)
    var state = Happening.up
    var isBusy = false
    var acting: (step: Step, until: Int)?
    var lines: [String] = []
    for second in 0...end {
      let now = Duration.seconds(second)
      switch happenings[second] {
      case .busy: isBusy = true
      case .ready: isBusy = false
      case .resume: watch.resume(at: now)
      case .maintenance(let isOn): watch.setMaintenance(isOn, at: now)
      case let happening?: state = happening
      case nil: break
      }
      if let (step, until) = acting, until <= second {
        acting = nil
        if heals(step, state) { state = .up }
        watch.finish(result(of: step), at: now)
      }
      if now.components.seconds % check.every.components.seconds == 0 {
        watch.observe(outcome(state), ofCheck: 0, at: now)
      }
      if watch.ask(at: now) != nil,
        let step = watch.answer(isBusy ? .busy("the stack is being updated") : .ready, at: now)
      {
        acting = (step, second + results[step.index].takes)
      }
      lines += watch.takeNotices().map { "\(second) \($0.verb.rawValue) \($0.reason)" }
    }
    return lines
  }

  private func outcome(_ state: Happening) -> Outcome {
    switch state {
    case .broken: .down("connection refused")
    case .unknown: .unknown("no route to host")
    default: .up
    }
  }

  private func heals(_ step: Step, _ state: Happening) -> Bool {
    guard case .broken(let healer) = state, results[step.index].result == "done" else { return false }
    let power = Self.actions.firstIndex(of: step.rung.action.phrase.replacing(" ", with: "_")) ?? 0
    return power >= Self.actions.firstIndex(of: healer) ?? 0
  }

  private func result(of step: Step) -> ActionResult {
    let words = results[step.index].result.split(separator: ":").map(String.init)
    let detail = words.count > 1 ? words[1].replacing("_", with: " ") : ""
    switch words[0] {
    case "retry": return .retry(after: .seconds(Int(detail) ?? 0))
    case "escalate": return .escalate(detail)
    case "hold": return .hold(detail)
    case "failed": return .failed(detail)
    case "unreachable": return .unreachable(detail)
    default: return .done
    }
  }
}
