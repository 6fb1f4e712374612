import Ambience
import Document
import GRDB
package import Secrets
package import StackEngine

extension SQLiteJournal: StoredJournal {
  package nonisolated var place: String { path }
  package nonisolated var seal: Seal { coding.seal }

  package func stepEntries(of operation: String) throws -> [JournalEntry] {
    try read { database in
      try Row.fetchAll(
        database, sql: "SELECT * FROM step WHERE operation = ? ORDER BY ordinal", arguments: [operation]
      ).map { row in
        let scope = StepScope(operation: operation, physicalName: row["physicalName"], verb: row["verb"])
        let result: String? = row["result"]
        guard let result else { return .stepBegan(scope, key: row["key"]) }
        return .stepEnded(scope, StepEntry(key: row["key"], record: .done(try .json(result))))
      }
    }
  }

  package func signalEntries(of stack: String) throws -> [JournalEntry] {
    try read { database in
      try Row.fetchAll(
        database, sql: "SELECT * FROM signal WHERE stack = ? ORDER BY ordinal", arguments: [stack]
      ).map { row in
        .signal(
          Signal(id: row["id"], isSuccess: row["isSuccess"], reason: row["reason"], data: row["data"]),
          logicalID: row["logicalID"], stack: stack, time: Timestamp(milliseconds: row["time"]))
      }
    }
  }

  package func restore(_ entries: [JournalEntry]) throws {
    try write { database in
      var others: [JournalEntry] = []
      for entry in entries {
        if case .event(let event) = entry {
          try Self.keep(event, coding, database)
        } else {
          others.append(entry)
        }
      }
      _ = try Self.insert([others], coding, database)
    }
  }

  package func forget(_ waste: StoreWaste) throws {
    try write { database in
      for id in waste.stacks {
        try Self.run(
          "DELETE FROM step WHERE operation IN (SELECT id FROM operation WHERE stack = ?)", [id], database)
        for table in [
          "operation", "event", "signal", "resource", "lease", "changeSet", "snapshot", "template",
        ] {
          try Self.run("DELETE FROM \(table) WHERE stack = ?", [id], database)
        }
        try Self.run("DELETE FROM stack WHERE id = ?", [id], database)
      }
      for id in waste.operations {
        try Self.run("DELETE FROM step WHERE operation = ?", [id], database)
        try Self.run("DELETE FROM operation WHERE id = ?", [id], database)
      }
      for id in waste.changeSets { try Self.run("DELETE FROM changeSet WHERE id = ?", [id], database) }
      for page in waste.pages {
        try Self.run("DELETE FROM note WHERE book = ? AND page = ?", [page.book, page.page], database)
      }
      for (id, last) in waste.events {
        try Self.run("DELETE FROM event WHERE stack = ? AND sequence <= ?", [id, last], database)
      }
    }
    try sweep()
  }

  package func size() throws -> StoreSize {
    try read { database in
      func count(_ sql: String) throws -> Int { try Int.fetchOne(database, sql: sql) ?? 0 }
      return StoreSize(
        schema: try String.fetchOne(
          database, sql: "SELECT identifier FROM grdb_migrations ORDER BY rowid DESC LIMIT 1") ?? "",
        bytes: try count("PRAGMA page_count") * count("PRAGMA page_size"),
        events: try count("SELECT count(*) FROM event"), steps: try count("SELECT count(*) FROM step"),
        leases: try count("SELECT count(*) FROM lease"))
    }
  }
}
