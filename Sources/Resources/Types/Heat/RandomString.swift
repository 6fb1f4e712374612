import Ambience
import Document
import OpenStack
import OrderedCollections
import StackEngine
import Templates

/// `OS::Heat::RandomString`: characters that nobody can guess; secret wherever they go.
struct RandomString: RecordOnlyType, InstantType {
  let name = "OS::Heat::RandomString"
  let schema: ResourceSchema

  func made(_ call: ResourceCall) throws -> PhysicalResource {
    let text = Value.string(try Self.text(call))
    return PhysicalResource(
      id: call.physicalName, attributes: ["value": text, "Ref": text], secretAttributes: ["value", "Ref"])
  }

  func changed(_ resource: PhysicalResource, _ call: ResourceCall) -> PhysicalResource { resource }

  /// At least as many of each class as asked for, the rest of all, in an order of chance.
  private static func text(_ call: ResourceCall) throws -> String {
    let length = Int(call.properties["length"]?.integer ?? 32)
    var sets: [(alphabet: String, least: Int)] = []
    for entry in call.properties["character_classes"]?.list ?? [] {
      let word = entry["class"]?.scalarText ?? "lettersdigits"
      guard let alphabet = classes[word] else {
        throw ResourceError(
          .badProperty, "there is no character class \(word)",
          hint: "use one of \(classes.keys.sorted().joined(separator: ", "))")
      }
      sets.append((alphabet, Int(entry["min"]?.integer ?? 1)))
    }
    for entry in call.properties["character_sequences"]?.list ?? [] {
      if let sequence = entry["sequence"]?.string, !sequence.isEmpty {
        sets.append((sequence, Int(entry["min"]?.integer ?? 1)))
      }
    }
    if let old = call.text("sequence").flatMap({ classes[$0] }) { sets.append((old, 1)) }
    if sets.isEmpty { sets = [(classes["lettersdigits"] ?? "", 1)] }
    let least = sets.reduce(0) { $0 + $1.least }
    guard (1...512).contains(length), least <= length else {
      throw ResourceError(
        .badProperty, "\(least) characters are asked for and the length is \(length)",
        hint: "let length be 1 to 512, and no less than the sum of min")
    }
    let ambient = call.ambient
    var letters = sets.flatMap { Array(ambient.characters($0.least, from: $0.alphabet)) }
    letters += ambient.characters(length - letters.count, from: sets.map(\.alphabet).joined())
    for index in letters.indices.dropLast() {
      letters.swapAt(index, index + Int(ambient.random() % UInt64(letters.count - index)))
    }
    return String(letters)
  }

  private static let classes: [String: String] = {
    let small = "abcdefghijklmnopqrstuvwxyz"
    let digits = "0123456789"
    let capitals = small.uppercased()
    return [
      "letters": small + capitals, "lowercase": small, "uppercase": capitals, "digits": digits,
      "hexdigits": digits + "ABCDEF", "octdigits": "01234567", "lettersdigits": small + capitals + digits,
    ]
  }()
}
