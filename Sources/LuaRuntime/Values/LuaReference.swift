internal import Synchronization

/// Holds on to a value inside a state; letting go of it, on whatever thread, only queues its release.
package final class LuaReference: Sendable {
  let key: Int32
  let ledger: ReferenceLedger
  /// Where the value lies in memory, which tells two values apart.
  let address: UInt

  init(key: Int32, address: UInt, ledger: ReferenceLedger) {
    self.key = key
    self.address = address
    self.ledger = ledger
  }

  deinit { ledger.release(key) }
}

/// The references of a state that nobody holds any more, until the state's own thread gives them back.
final class ReferenceLedger: Sendable {
  private let released = Mutex<[Int32]>([])

  func release(_ key: Int32) {
    released.withLock { $0.append(key) }
  }

  func drain() -> [Int32] {
    released.withLock { keys in
      defer { keys.removeAll(keepingCapacity: true) }
      return keys
    }
  }
}

/// A table of a state; `Lua` reads and changes it.
package struct LuaTable: Sendable, Hashable {
  let reference: LuaReference

  package static func == (left: Self, right: Self) -> Bool {
    left.reference.ledger === right.reference.ledger && left.reference.address == right.reference.address
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(reference.address) }
}

/// A function of a state, for `Lua.call`.
package struct LuaFunction: Sendable, Hashable {
  let reference: LuaReference

  package static func == (left: Self, right: Self) -> Bool {
    left.reference.ledger === right.reference.ledger && left.reference.address == right.reference.address
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(reference.address) }
}
