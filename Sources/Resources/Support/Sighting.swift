import Document
import OpenStack
import OrderedCollections
import StackEngine

/// What a cloud says of a resource, put into the words of the properties that it was given.
struct Sighting {
  private let call: ResourceCall
  private(set) var properties: OrderedDictionary<String, Value> = [:]

  init(_ call: ResourceCall) { self.call = call }

  /// Notes what the cloud has in the place of a property; what no template gave isn't compared.
  ///
  /// `wanted` is the property as the cloud would write it, such as an id in the place of a name.
  mutating func tell(_ name: String, _ live: Value?, wanted: Value? = nil) {
    guard let given = call.properties[name], let live else { return }
    properties[name] = live.says(wanted ?? given) ? given : live
  }

  /// Notes metadata without the marks and the stack's tags that kiln puts there.
  mutating func tell(_ name: String, metadata: [String: String]) {
    let own = metadata.filter { key, value in
      !key.hasPrefix("kiln:") && (call.properties[name]?[key] != nil || call.stackTags[key] != value)
    }.sorted { $0.key < $1.key }
    let live = Value.map(OrderedDictionary(uniqueKeysWithValues: own.map { ($0, .string($1)) }))
    tell(name, live)
  }
}

extension CloudThing {
  /// Whether its state is one of failure, and what is told of that.
  func condition(_ kind: ResourceKind) -> Observation.Condition {
    guard let life = kind.life else { return .sound }
    do {
      _ = try life.isReached(nil, self, kind)
      return .sound
    } catch {
      return .unsound((error as? OpenStackError)?.message ?? "\(error)")
    }
  }
}

/// A type whose resources are nothing but what their stack knows of them: they are there as long as it is.
protocol RecordOnlyType: ResourceType {}

extension RecordOnlyType {
  package func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    Observation(.sound, resource)
  }
}
