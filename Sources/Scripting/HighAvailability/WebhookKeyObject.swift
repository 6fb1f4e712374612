import Ambience
import HighAvailability
import LuaRuntime
import Secrets

/// The key of addresses for reports as scripts hold it.
final class WebhookKeyObject: LuaObject {
  private let key: WebhookKey
  private let ambient: Ambient

  private init(_ key: WebhookKey, _ ambient: Ambient) {
    self.key = key
    self.ambient = ambient
  }

  static func maker(_ ambient: Ambient) -> Function {
    Function(
      "webhook_key", "Makes the key with which the addresses are signed at which others report on checks.",
      [LuaParameter("secret", .string, "16 characters or more that nobody can guess.")],
      returns: [LuaParameter("key", .object("kiln.WebhookKey"))]
    ) { arguments in
      let secret: String = try arguments("secret")
      guard secret.utf8.count >= WebhookKey.least else {
        throw LuaError(
          .badArgument, "a secret of \(secret.utf8.count) characters can be guessed",
          hint: "take \(WebhookKey.least) or more, such as openssl rand -hex 32 makes them")
      }
      return [.object(WebhookKeyObject(WebhookKey(Secret(secret)), ambient))]
    }
  }

  static let luaClass = LuaClass(
    "kiln.WebhookKey",
    "Signs the addresses at which others report on checks, and tells them from forged ones."
  ) {
    Method(
      "address", "The address at which its holder may report on one check, and on nothing else.",
      [
        LuaParameter(
          "options",
          .options([
            LuaParameter("application", .string), LuaParameter("check", .string),
            LuaParameter("base", .string, "The URL of the server that takes the reports."),
            LuaParameter("expires_in", .optional(Span.type), "Never if not given."),
          ]))
      ], returns: [LuaParameter("address", .string)]
    ) { (object: WebhookKeyObject, arguments) in
      let options = arguments.options("options")
      let span: Span? = try options.optional("expires_in")
      let address = object.key.address(
        application: try options("application"), check: try options("check"),
        expiry: span.map { object.ambient.now() + $0.duration }, base: try options("base"))
      return [.string(address)]
    }
    Method(
      "grant",
      "What the holder of an address may report on; nil, and why, for one that is forged or has expired.",
      [LuaParameter("address", .string)], returns: [LuaParameter("grant", .optional(.table))]
    ) { (object: WebhookKeyObject, arguments) in
      do {
        let grant = try object.key.grant(by: arguments("address"), at: object.ambient.now())
        return [
          .record([
            LuaField("application", .string(grant.application)), LuaField("check", .string(grant.check)),
          ])
        ]
      } catch let refusal as WebhookKey.Refusal {
        return [.nil, .string("the address is \(refusal == .forged ? "forged" : "expired")")]
      }
    }
    Operation(.text) { (_: WebhookKeyObject, _) in [.string("webhook key")] }
  }
}
