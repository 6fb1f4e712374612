import Ambience

extension Engine {
  /// Renews the leases of what runs, until nothing does.
  func keepRenewing() {
    guard !isRenewing, let term = journal.leaseTerm else { return }
    isRenewing = true
    spawn { [self] in
      while await renewLeases() {
        do { try await ambient.sleep(term / 3) } catch { break }
      }
    }
  }

  /// Renews the leases of what runs; stops what has lost its lease.
  ///
  /// - Returns: Whether there is anything to renew.
  private func renewLeases() async -> Bool {
    let runs = running.values.filter { $0.ledger.lease != nil }
    guard !runs.isEmpty else {
      isRenewing = false
      return false
    }
    let start = ambient.uptime()
    // A journal that is away for a moment is no loss: what is to be kept next will tell.
    guard let lost = try? await journal.renew(runs.compactMap(\.ledger.lease)) else { return true }
    for run in runs {
      guard let lease = run.ledger.lease else { continue }
      if lost.contains(lease) { run.ledger.lose(LeaseLost(lease)) } else { run.ledger.confirm(at: start) }
    }
    return true
  }
}
