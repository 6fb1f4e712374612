import HighAvailability
import LuaRuntime

extension Ladder {
  /// A ladder from the list of its rungs, which may also have `reset_after`.
  init(rungs: [LuaValue], resetAfter: Duration?) throws {
    let rungs = try rungs.enumerated().map { index, value in
      guard let rung = value.object as? RungObject else {
        throw LuaError(
          .badArgument, "rung \(index + 1) of the ladder is \(value.kind)",
          hint: "make rungs with ha.rung, such as ha.rung.restart{}")
      }
      return rung.rung
    }
    guard !rungs.isEmpty else { throw LuaError(.badArgument, "a ladder needs at least one rung") }
    self.init(rungs)
    if let resetAfter { self.resetAfter = resetAfter }
  }
}
