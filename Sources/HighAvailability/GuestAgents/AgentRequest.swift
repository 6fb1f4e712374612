import Document

/// What a guest agent is asked, in its own protocol: QEMU's `qemu-ga-ref`.
enum AgentRequest: Sendable, Hashable {
  case ping
  /// Runs a command by the guest's shell; one with a limit is killed there when it takes longer, if the guest can.
  case run(String, limit: Duration?)
  /// How a command fares, by its process.
  case status(process: Int64)

  /// Lets the guest's own `timeout` run the command, where it has one of today's form: what never ends would be begun
  /// again by each check.
  private static let limited =
    "if timeout -s KILL 9 true 2>/dev/null; then exec timeout -s KILL \"$2\" /bin/sh -c \"$1\"; fi; "
    + "exec /bin/sh -c \"$1\""

  /// The request as it is sent.
  var text: String {
    let value: Value =
      switch self {
      case .ping: ["execute": "guest-ping"]
      case .run(let command, let limit): Self.execution(Self.words(command, limit))
      case .status(let process):
        ["execute": "guest-exec-status", "arguments": ["pid": .integer(process)]]
      }
    return value.jsonText()
  }

  private static func words(_ command: String, _ limit: Duration?) -> [String] {
    guard let limit else { return ["-c", command] }
    return ["-c", limited, "sh", command, "\(max(1, Int(limit.inSeconds.rounded(.up))))"]
  }

  private static func execution(_ words: [String]) -> Value {
    [
      "execute": "guest-exec",
      "arguments": [
        "path": "/bin/sh", "arg": .list(words.map { .string($0) }), "capture-output": true,
      ],
    ]
  }
}
