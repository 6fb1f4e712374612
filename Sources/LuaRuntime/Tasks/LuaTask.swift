/// A running function of Lua, as `kiln.task.spawn` gives it.
final class LuaTask: LuaObject {
  let strand: Strand

  init(_ strand: Strand) { self.strand = strand }

  static let luaClass = LuaClass("kiln.Task", "A function that runs.") {
    Method("await", "Waits for its end and gives its results, or raises its error.", awaits: true) {
      (task: LuaTask, _, _) in
      task.strand.observe()
      return .awaits {
        do { return try await task.strand.completion.value() } catch {
          // Whoever stops waiting leaves a later failure to the task that started it.
          if task.strand.completion.result == nil { task.strand.unobserve() }
          throw error
        }
      }
    }
    Method("cancel", "Stops it; what it awaits is cancelled.") { (task: LuaTask, _) in
      task.strand.stop(.cancelled)
      return []
    }
    Method("done", "Says whether it has ended.", returns: [LuaParameter("done", .boolean)]) {
      (task: LuaTask, _) in [.bool(task.strand.completion.result != nil)]
    }
    Operation(.close) { (task: LuaTask, _, _) in
      task.strand.stop(.cancelled)
      return .awaits {
        _ = await task.strand.completion.settled()
        return []
      }
    }
  }
}
