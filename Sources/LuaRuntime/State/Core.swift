internal import CLua
internal import Document
internal import Synchronization

typealias State = OpaquePointer

/// The one place that touches a state of Lua.
///
/// It is `Sendable` only because the actor `Lua` holds it: all of it runs on the thread of the state. None of
/// the
/// functions that it calls may raise; CLua has no others.
final class Core: @unchecked Sendable {
  let level: Lua.Level
  /// How much of the processor a strand may use without waiting; nil for as much as it likes.
  let burst: Duration?
  let ledger = ReferenceLedger()
  let output: @Sendable (String) -> Void
  let state: OpaquePointer
  var main: State { kl_main(state) }
  weak var lua: Lua?

  /// What the function that just returned wants to await.
  var pending: LuaFunctionDeclaration.Operation?
  /// The strand that runs.
  var current: Strand?
  /// How soon its strands are known to end or wait.
  var repute = Repute()
  /// What the stack looked like when the last uncaught error was raised.
  var captured: [LuaFrame] = []
  var classes: [String: Int32] = [:]
  var classDeclarations: [String: LuaClass] = [:]
  /// Modules by the address of their table, which a reference keeps from being used again.
  var modules: [UInt: (module: LuaModule, table: LuaReference)] = [:]
  var sources: [String: Source] = [:]
  var sourceNames: [String] = []
  /// The texts of the chunks that came with the program, as `preload` gave them, by their short names.
  var library: [String: String] = [:]
  /// What the comments in them say, read when it is first asked for.
  lazy var comments: LuaLibrary = {
    var comments = LuaLibrary()
    for (chunk, text) in library.sorted(by: { $0.key < $1.key }) { comments.add(text, chunk: chunk) }
    return comments
  }()
  var examples = LuaExamples()

  init(
    level: Lua.Level, memoryLimit: Int, burst: Duration?, output: @escaping @Sendable (String) -> Void
  ) {
    self.level = level
    self.burst = burst
    self.output = output
    state = kl_open(max(0, memoryLimit), level.flag)
    kl_set_host(state, host())
  }

  /// Closes the state, on its own thread; nothing else may be called afterwards.
  func close() {
    kl_close(state)
  }

  private func host() -> kl_host {
    kl_host(
      context: Unmanaged.passUnretained(self).toOpaque(),
      call: { context, stack, binding in
        guard let context, let stack, let binding else { return 0 }
        return Core.at(context).enter(stack, Unmanaged<Binding>.fromOpaque(binding).takeUnretainedValue())
      },
      release: { object in
        if let object { Unmanaged<AnyObject>.fromOpaque(object).release() }
      },
      output: { context, text, length in
        guard let context, let text else { return }
        Core.at(context).output(Core.string(text, length))
      },
      failed: { context, stack, level in
        guard let context, let stack else { return }
        Core.at(context).capture(stack, from: level)
      },
      closed: { context, strand in
        guard let context else { return }
        Core.at(context).strands.withLock { $0.first { $0.pointer == strand } }?.cancelOperation()
      })
  }

  private static func at(_ context: UnsafeMutableRawPointer) -> Core {
    Unmanaged<Core>.fromOpaque(context).takeUnretainedValue()
  }

  static func string(_ text: UnsafePointer<CChar>, _ length: Int) -> String {
    String(decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self)
  }

  /// All that is in flight; any thread may look, so as to stop it.
  let strands = Mutex<[Strand]>([])
}

// MARK: - References

extension Core {
  /// Takes the value on top of the stack into the registry.
  func reference(_ stack: State) -> LuaReference {
    let address = UInt(bitPattern: kl_address(stack, -1))
    return LuaReference(key: kl_ref(stack), address: address, ledger: ledger)
  }

  /// Gives back the references that nobody holds any more.
  func drain() {
    for key in ledger.drain() { kl_unref(main, key) }
  }

  func push(_ reference: LuaReference, _ stack: State) throws(LuaError) {
    guard reference.ledger === ledger else {
      throw LuaError(.foreign, "the value belongs to another Lua state")
    }
    kl_push_ref(stack, reference.key)
  }

  /// Does something with the main stack, and leaves it as it was.
  func scoped<Result>(_ body: (State) throws -> Result) rethrows -> Result {
    let stack = main
    let top = kl_top(stack)
    defer { kl_settop(stack, top) }
    return try body(stack)
  }
}
