import Ambience
import ArgumentParser
import Document
import HighAvailability
import OrderedCollections
import Shell

extension HACommand {
  /// `kiln ha webhook`: the address at which others report on a check.
  struct Webhook: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Prints the signed address at which its holder may report on one check, and on nothing else.",
      discussion: """
        The supervisor that is run with --listen and the same key takes reports there, by POST. On a check of the kind \
        reported {"state": "down", "reason": "..."} or state=down, and what Alertmanager, Grafana and Aodh send; on a \
        heartbeat nothing; on a metric {"value": 1}. A report with an Idempotency-Key counts once, however often it is \
        sent.
        """)
    @Argument(help: "The application, as its policy calls it.") var application: String
    @Argument(help: "The check, by its name.") var check: String
    @Option(
      help: ArgumentHelp(
        "Where senders reach the supervisor, such as https://kiln.example.", valueName: "url"))
    var base: String
    @Option(help: "How long the address is good for: a number and s, m, h, d or w; for ever if not given.")
    var expires: Age?
    @Option(
      name: .customLong("webhook-key"),
      help: ArgumentHelp("The key to sign with, which only its owner may read.", valueName: "file"))
    var webhookKey: String
    @Flag(name: .customLong("make-key"), help: "Makes a key first, unless the file is there.")
    var makesKey = false
    @OptionGroup var output: OutputOptions

    func validate() throws {
      let isWeb = base.hasPrefix("http://") || base.hasPrefix("https://")
      guard isWeb, !base.hasSuffix("//"), !base.contains(where: { "?# ".contains($0) }) else {
        throw ValidationError("--base wants a URL such as https://kiln.example, not '\(base)'")
      }
      if application.isEmpty || check.isEmpty { throw ValidationError("name an application and a check") }
    }

    func run() async throws {
      let ambient = Ambient.system()
      if makesKey { try WebhookKeyFile.make(webhookKey, ambient) }
      let expiry = expires.map { ambient.now() + $0.span }
      let address = try WebhookKeyFile.read(webhookKey).address(
        application: application, check: check, expiry: expiry, base: base)
      let row: OrderedDictionary<String, Value> = [
        "application": .string(application), "check": .string(check), "address": .string(address),
        "expires": expiry.map { .string($0.description) } ?? .null,
      ]
      Output.standard.line(output.output == .json ? Value.map(row).jsonText() : address)
    }
  }
}
