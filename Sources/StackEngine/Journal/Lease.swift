package import Document

/// The right to operate on a stack, held for a while and renewed by its holder.
///
/// A holder that dies or pauses loses it when its time is up and somebody else wants it. The journal refuses what
/// is written under a lease that was taken over, so a holder that wakes up late can't spoil what has been done
/// since.
package struct Lease: Sendable, Hashable {
  /// The stack's UUID.
  package let stack: String
  /// Grows with each lease that the journal gives (a fencing token): no two leases have the same.
  package let token: Int64

  package init(stack: String, token: Int64) {
    self.stack = stack
    self.token = token
  }
}

/// A lease was taken over; nothing of what was to be kept under it is.
package struct LeaseLost: Error, Sendable, Hashable {
  package let lease: Lease

  package init(_ lease: Lease) { self.lease = lease }
}

extension LeaseLost: Explainable {
  package var diagnostics: [Diagnostic] {
    [
      Diagnostic(
        EngineError.Code.leaseLost.rawValue, "another engine has taken the work over",
        hint: "this one was thought dead: it didn't renew its lease in time")
    ]
  }
}
