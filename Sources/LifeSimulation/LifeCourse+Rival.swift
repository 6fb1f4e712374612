import Ambience
import StackEngine

// A second engine on the same store.
extension LifeCourse {
  /// Stops the process for a while; if its lease runs out meanwhile, another takes its work up.
  func pause(_ process: EngineProcess, for span: Duration) {
    rivals { course, rival in
      course.note("the process is paused")
      process.gate.pause()
      try? await course.ambient.sleep(span)
      do {
        for operation in try await rival.engine.recover() {
          course.note("another process takes up the \(operation.kind)")
        }
      } catch {
        course.note("the other process can't: \(course.sentence(error))")
      }
      try? await course.ambient.sleep(.milliseconds(course.lots.below(20_000)))
      course.note("the process goes on")
      process.gate.goOn()
    }
  }

  /// Lets an update that another process is asked for take over from what goes on.
  func supersede() {
    rivals { course, rival in
      do {
        try await rival.engine.takeOver(Self.stackName)
        course.note("== another process has taken over")
        await course.noteStable()
        try await course.updateAnew(rival)
      } catch {
        course.note("the other process can't take over: \(course.sentence(error))")
      }
    }
  }

  private func updateAnew(_ rival: EngineProcess) async throws {
    sketch = sketch.changed(lots)
    let name = Self.stackName
    _ = try await rival.engine.update(name, template(sketch), parameters: sketch.parameterValues)
  }

  /// Lets the rival do something, whatever becomes of the operation meanwhile; nothing while it is at something else.
  private func rivals(_ body: @escaping @Sendable (LifeCourse, EngineProcess) async -> Void) {
    guard rivalry == nil else { return }
    do {
      let rival = try self.rival ?? makeProcess()
      self.rival = rival
      replaced = nil
      let executor = withUnsafeCurrentTask { $0?.unownedTaskExecutor?.asTaskExecutor() }
      rivalry = Task(executorPreference: executor) { await body(self, rival) }
    } catch {
      violate("a process can't start: \(error)")
    }
  }

  /// Waits until the rival is at nothing any more.
  func calmRival() async {
    await rivalry?.value
    rivalry = nil
    if let rival { await rival.engine.settle() }
  }
}
