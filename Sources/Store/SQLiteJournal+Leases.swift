import GRDB
package import StackEngine

// A lease ends when its process is dead, or when its time is up: then the process is paused, or hangs.
extension SQLiteJournal {
  package func claim(_ stack: String, by holder: String) throws -> Lease? {
    try write { [process, uptime] database in
      let row = try Row.fetchOne(
        database, sql: "SELECT process, start, expires FROM lease WHERE stack = ?", arguments: [stack])
      if let row {
        let owner = Holder(process: row["process"], start: UInt64(bitPattern: row["start"] as Int64))
        if owner.isAlive, row["expires"] > uptime().milliseconds { return nil }
      }
      try database.execute(sql: "DELETE FROM lease WHERE stack = ?", arguments: [stack])
      try database.execute(
        sql: "INSERT INTO lease(stack, holder, process, start, expires) VALUES (?, ?, ?, ?, ?)",
        arguments: [stack, holder, process.process, Int64(bitPattern: process.start), expiry])
      return Lease(stack: stack, token: database.lastInsertedRowID)
    }
  }

  package func renew(_ leases: [Lease]) throws -> [Lease] {
    try write { database in
      try leases.filter { lease in
        try database.cachedStatement(sql: "UPDATE lease SET expires = ? WHERE token = ?")
          .execute(arguments: [expiry, lease.token])
        return database.changesCount == 0
      }
    }
  }

  package func release(_ lease: Lease) throws {
    try write {
      try $0.execute(sql: "DELETE FROM lease WHERE token = ?", arguments: [lease.token])
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
