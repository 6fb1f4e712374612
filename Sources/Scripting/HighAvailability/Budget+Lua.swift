import Document
import HighAvailability
import LuaRuntime
import OrderedCollections

extension Budget {
  static let parameter = LuaParameter(
    "budgets", .optional(.data),
    "How many servers may be out of service for being healed at once: a list of tables with `per` (\"stack\", "
      + "\"group\" or \"tag:KEY\"), `share` (0.1) and `number`; a tenth of each stack if not given.")

  /// The budgets of a supervisor's options; nil when none are given.
  static func list(_ options: LuaArguments) throws -> [Budget]? {
    guard case .data(let value) = options["budgets"] else { return nil }
    return try list(value)
  }

  /// The budgets of a list of tables.
  static func list(_ value: Value) throws -> [Budget] {
    // An empty table is a map.
    guard let items = value.list ?? (value.map?.isEmpty ?? false ? [] : nil) else {
      throw LuaError(.badArgument, "budgets are a list of tables, not \(value.kind)")
    }
    return try items.map { try Budget($0) }
  }

  private init(_ value: Value) throws {
    let known: Set<String> = ["per", "share", "number"]
    if let unknown = value.map?.keys.first(where: { !known.contains($0) }) {
      throw LuaError(.badArgument, "a budget knows no `\(unknown)`", hint: "it has per, share and number")
    }
    self.init()
    switch value["per"]?.string ?? "stack" {
    case "stack": scope = .stack
    case "group": scope = .group
    case let text where text.hasPrefix("tag:") && text.count > 4: scope = .tag(String(text.dropFirst(4)))
    case let text:
      throw LuaError(
        .badArgument, "a budget can't be per \(text)", hint: "it is per \"stack\", \"group\" or \"tag:KEY\"")
    }
    if let share = value["share"] {
      guard let share = share.number, (0...1).contains(share) else {
        throw LuaError(.badArgument, "a budget's share is a number from 0 to 1")
      }
      self.share = share
    }
    if let number = value["number"] {
      guard let number = number.integer, (1...1_000_000).contains(number) else {
        throw LuaError(.badArgument, "a budget's number is a whole number from 1 on")
      }
      self.number = Int(number)
    }
  }
}
