/// What kind of thing a policy keeps well, from the innermost to the outermost; beyond the stack there is the operator.
package enum ScopeLevel: String, Sendable, CaseIterable, Comparable {
  case application
  case service
  case server
  case group
  /// It needs no resource: what is done is done to its parts.
  case stack

  package static func < (one: ScopeLevel, other: ScopeLevel) -> Bool { one.rank < other.rank }

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension Ladder {
  /// What is usual for a level.
  package static func standard(for level: ScopeLevel) -> Ladder {
    switch level {
    case .application, .service: standard()
    case .server: Ladder(Array(standard().rungs.dropFirst()))
    case .group: Ladder(Array(standard().rungs.suffix(1)))
    case .stack:
      Ladder([
        Rung(
          .replace(Replacement(.oneForAll)), period: .seconds(86_400), settle: .seconds(900),
          timeout: .seconds(3600))
      ])
    }
  }
}
