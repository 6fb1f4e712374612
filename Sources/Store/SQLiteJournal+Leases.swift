import GRDB
package import StackEngine

// A lease ends when its process is dead, or when its time is up: then the process is paused, or hangs. None outlives the
// machine, and so none is synced.
extension SQLiteJournal {
  package func claim(_ stacks: [String], by holder: String) throws -> [Lease] {
    try write(syncs: false) { database in
      // Whether a process lives is asked of the system once for all that it holds.
      var lives: [Holder: Bool] = [:]
      return try stacks.compactMap { try claim($0, by: holder, &lives, database) }
    }
  }

  private func claim(
    _ stack: String, by holder: String, _ lives: inout [Holder: Bool], _ database: Database
  ) throws -> Lease? {
    let held = try database.cachedStatement(sql: "SELECT process, start, expires FROM lease WHERE stack = ?")
    if let row = try Row.fetchOne(held, arguments: [stack]) {
      let owner = Holder(process: row["process"], start: UInt64(bitPattern: row["start"] as Int64))
      if row["expires"] > uptime().milliseconds {
        let isAlive = lives[owner] ?? owner.isAlive
        lives[owner] = isAlive
        if isAlive { return nil }
      }
      try Self.run("DELETE FROM lease WHERE stack = ?", [stack], database)
    }
    try Self.run(
      "INSERT INTO lease(stack, holder, process, start, expires) VALUES (?, ?, ?, ?, ?)",
      [stack, holder, process.process, Int64(bitPattern: process.start), expiry], database)
    return Lease(stack: stack, token: database.lastInsertedRowID)
  }

  package func renew(_ leases: [Lease]) throws -> [Lease] {
    try write(syncs: false) { database in
      let expiry = expiry
      let statement = try database.cachedStatement(
        sql: "UPDATE lease SET expires = ? WHERE token BETWEEN ? AND ?")
      var isWhole = true
      for run in Self.runs(of: leases) {
        try statement.execute(arguments: [expiry, run.lowerBound, run.upperBound])
        isWhole = isWhole && database.changesCount == run.count
      }
      guard !isWhole else { return [] }
      let lost = try Self.lost(leases, database)
      return leases.filter { lost.contains($0) }
    }
  }

  /// The tokens of leases as ranges without a gap: those of leases that were claimed together are one.
  private static func runs(of leases: [Lease]) -> [ClosedRange<Int64>] {
    var runs: [ClosedRange<Int64>] = []
    for token in leases.map(\.token).sorted() {
      if let last = runs.last, token - last.upperBound <= 1 {
        runs[runs.count - 1] = last.lowerBound...token
      } else {
        runs.append(token...token)
      }
    }
    return runs
  }

  package func release(_ leases: [Lease]) throws {
    try write(syncs: false) { database in
      for lease in leases { try Self.run("DELETE FROM lease WHERE token = ?", [lease.token], database) }
    }
  }

  /// Those of leases that have been taken over or released.
  static func lost(_ leases: [Lease], _ database: Database) throws -> Set<Lease> {
    let statement = try database.cachedStatement(sql: "SELECT 1 FROM lease WHERE token = ?")
    return try Set(leases).filter { try Int.fetchOne(statement, arguments: [$0.token]) == nil }
  }

  private var expiry: Int64 { (uptime() + (leaseTerm ?? .zero)).milliseconds }
}

extension Duration {
  var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
