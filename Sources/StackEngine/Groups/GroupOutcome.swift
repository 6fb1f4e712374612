package import Document
package import OrderedCollections

/// What became of the stacks of a group, stack by stack.
package struct GroupOutcome: Sendable {
  package enum State: Sendable {
    /// What was to be done is done.
    case done(StackStatus)
    /// There was nothing to do.
    case unchanged
    case failed(any Error)
    /// It wasn't begun, as the sentence says why.
    case notBegun(String)

    package var isGood: Bool {
      switch self {
      case .done, .unchanged: true
      case .failed, .notBegun: false
      }
    }
  }

  package let states: OrderedDictionary<String, State>

  package var isGood: Bool { states.values.allSatisfy(\.isGood) }

  /// What happened, a line for each stack.
  package var lines: [String] { states.map { "\($0): \($1.text)" } }

  package var value: Value {
    .list(states.map { ["stack": .string($0), "state": .string($1.word), "reason": .string($1.reason)] })
  }

  /// - Throws: What failed and what wasn't begun therefore.
  package func check() throws {
    guard !isGood else { return }
    let problems = states.filter { !$0.value.isGood }.flatMap { name, state -> [Diagnostic] in
      let own = Diagnostic("group_failed", "\(name): \(state.text)")
      guard case .failed(let error as any Explainable) = state else { return [own] }
      return [own] + error.diagnostics.filter { $0.hint != nil }
    }
    throw Diagnostics(problems)
  }
}

extension GroupOutcome.State {
  package var word: String {
    switch self {
    case .done: "done"
    case .unchanged: "unchanged"
    case .failed: "failed"
    case .notBegun: "not_begun"
    }
  }

  package var reason: String {
    switch self {
    case .done(let status): status.rawValue
    case .unchanged: ""
    case .failed(let error): sentence(of: error)
    case .notBegun(let why): why
    }
  }

  fileprivate var text: String {
    switch self {
    case .done(let status): status.rawValue
    case .unchanged: "nothing to do"
    case .failed(let error): "failed: \(sentence(of: error))"
    case .notBegun(let why): "not begun: \(why)"
    }
  }
}
