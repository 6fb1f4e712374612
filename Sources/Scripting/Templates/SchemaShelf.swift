package import ResourceFacts
import Synchronization

/// The resource types' schemas, read when they are first asked for, so that a start doesn't pay for them.
package final class SchemaShelf: Sendable {
  private let kept = Mutex<ResourceSchemas?>(nil)

  package init() {}

  package func schemas() throws -> ResourceSchemas {
    try kept.withLock { kept in
      if let kept { return kept }
      let schemas = try ResourceSchemas()
      kept = schemas
      return schemas
    }
  }
}
