import Ambience
import HTTP
import HighAvailability
import LuaRuntime
import Secrets

/// `ha.notify`: a function for each kind of target that is told of events.
struct NotifyMaker {
  private let ambient: Ambient
  private let call: LuaCall

  init(_ ambient: Ambient, call: @escaping LuaCall) {
    self.ambient = ambient
    self.call = call
  }

  var module: LuaModule {
    LuaModule(
      name: "kiln.ha.notify", summary: "Makes targets that are told of events.",
      members: functions.map { .function($0) })
  }

  private func maker(
    _ name: String, _ summary: String, _ options: [LuaParameter],
    _ target: @escaping @Sendable (LuaArguments) throws -> NotifyTarget
  ) -> LuaFunctionDeclaration {
    Function(
      name, summary, [LuaParameter("options", .options(options))],
      returns: [LuaParameter("target", .object("kiln.NotifyTarget"))]
    ) { arguments in [.object(NotifyTargetObject(try target(arguments.options("options"))))] }.declaration
  }

  /// A function for each kind.
  var functions: [LuaFunctionDeclaration] {
    [
      maker(
        "webhook", "Tells a server, by a POST of the event as JSON.",
        [
          LuaParameter("url", .string),
          LuaParameter(
            "secret", .optional(.string),
            "16 characters or more that the server knows, too: then requests are signed, in `X-Kiln-Signature`."
          ),
        ]
      ) { [ambient] in try Self.webhook($0, ambient) },
      maker(
        "email", "Sends an e-mail, by the program `sendmail`.",
        [
          LuaParameter("to", .union([.string, .list(.string)]), "An address, or a list of them."),
          LuaParameter("from", .optional(.string)),
          LuaParameter("program", .optional(.string), "Another program that does as `sendmail -t` does."),
        ]
      ) { options in
        .mail(
          to: try Self.words(options, "to"), from: try options.optional("from"),
          program: try options.optional("program") ?? "sendmail", by: LocalPrograms())
      },
      maker(
        "command",
        "Runs a program with the event as JSON on its standard input; the exit status 0 is success.",
        [
          LuaParameter(
            "command", .union([.string, .list(.string)]), "The program, or a list of it and its arguments.")
        ]
      ) { options in .command(try Self.words(options, "command"), by: LocalPrograms()) },
      maker(
        "custom", "Calls a function with each event: a table as `supervisor:events` gives it.",
        [
          LuaParameter("run", .function),
          LuaParameter("name", .optional(.string), "What complaints call it."),
        ]
      ) { [ambient, call] options in
        let function: LuaFunction = try options("run")
        return NotifyTarget(
          try options.optional("name") ?? "a function of Lua", id: "function \(ambient.uuid())"
        ) { _ = try await call(function, [$0.record]) }
      },
    ]
  }

  private static func webhook(_ options: LuaArguments, _ ambient: Ambient) throws -> NotifyTarget {
    let url: String = try options("url")
    guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
      throw LuaError(
        .badArgument, "a webhook's url is \"\(url)\"", hint: "it begins with https:// or http://")
    }
    let secret: String? = try options.optional("secret")
    if let secret, secret.utf8.count < 16 {
      throw LuaError(
        .badArgument, "a secret of \(secret.utf8.count) characters can be guessed",
        hint: "take 16 or more, such as openssl rand -hex 32 makes them")
    }
    return .webhook(
      url, key: secret.map { WebhookKey(Secret($0)) },
      transport: CurlTransport(CurlTransport.Options(largestBody: 1 << 20)), ambient: ambient)
  }

  /// One word, or a list of them.
  private static func words(_ options: LuaArguments, _ name: String) throws -> [String] {
    let words: [String]
    if case .list(let items) = options[name] {
      words = items.compactMap(\.string)
    } else {
      words = [try options(name)]
    }
    guard !words.isEmpty, !words.contains("") else {
      throw LuaError(.badArgument, "`\(name)` names nothing")
    }
    return words
  }
}

/// A target as scripts hold it.
final class NotifyTargetObject: LuaObject {
  let target: NotifyTarget
  init(_ target: NotifyTarget) { self.target = target }

  static let luaClass = LuaClass("kiln.NotifyTarget", "Somebody or something that is told of events.") {
    Operation(.text) { (object: NotifyTargetObject, _) in [.string("notify \(object.target.name)")] }
  }

  static let type = LuaType.union([.object("kiln.NotifyTarget"), .list(.object("kiln.NotifyTarget"))])

  /// The targets of a value that is one of them or a list; nil when it is neither.
  static func targets(_ value: LuaValue) -> [NotifyTarget]? {
    if let object = value.object as? NotifyTargetObject { return [object.target] }
    guard case .list(let items) = value else { return value.isNil ? [] : nil }
    let targets = items.compactMap { ($0.object as? NotifyTargetObject)?.target }
    return targets.count == items.count ? targets : nil
  }
}
