import Ambience
import Document
import HighAvailability
import LuaRuntime

extension HandlerContext {
  /// A function of Lua as a handler.
  static func run(_ handler: LuaFunction, ambient: Ambient, call: @escaping LuaCall) -> HandlerRun {
    { context, powers, journal in
      let acting = HandlerContext(
        context, JournaledActs(context, powers: powers, journal: journal, ambient: ambient))
      defer { acting.end() }
      do {
        return RungResult(answer: try await call(handler, [.object(acting)]))
      } catch let error as LuaError where error.code == .cancelled {
        throw CancellationError()
      } catch let error as HandlerDiverged {
        return .hold(error.diagnostics[0].message)
      }
    }
  }
}
