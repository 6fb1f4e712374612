import Ambience
package import Document
import OrderedCollections

extension HAEvent {
  /// The event for programs.
  package var value: Value {
    var value: OrderedDictionary<String, Value> = [
      "time": .string(time.description), "status": .string(status), "application": .string(application),
      "stack": .string(target.stack), "resource": .string(target.logicalID), "reason": .string(reason),
    ]
    value["rung"] = rung.map { .integer(Int64($0 + 1)) }
    return .map(value)
  }
}
