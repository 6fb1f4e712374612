package import Document
package import OrderedCollections

/// What a step is about to do, or has done, as those see it who may hold it up.
package struct StepContext: Sendable {
  package let stack: StackIdentity
  package let logicalID: String
  package let type: String
  /// The resource's id in the cloud; nil where nothing is there yet.
  package internal(set) var physicalID: String?
  /// The properties as they are wanted, all evaluated.
  package let properties: Properties
  /// Those that it was last given; nil for what is new.
  package let previous: Properties?
  /// Whether it takes the place of what is there.
  package let isReplacement: Bool

  /// The same once something is there.
  func made(_ physical: PhysicalResource?) -> StepContext {
    var context = self
    context.physicalID = physical?.id ?? physicalID
    return context
  }
}

extension Properties {
  /// The values for people and hooks; the secret ones say so.
  package var shown: OrderedDictionary<String, Value> {
    var shown = values
    for name in secretNames where shown[name] != nil { shown[name] = "(secret)" }
    return shown
  }
}
