import Ambience
import Document
import OpenStack
import OrderedCollections
import StackEngine

extension Declaration {
  /// Amazon's secrets, as Barbican's; one whose text changes is made anew, as Barbican changes none.
  static let secretsManager = Declaration("AWS::SecretsManager::Secret", .secret).with {
    $0.isSelective = true
    $0.givesName = true
    $0.constants = ["payload_content_type": "text/plain"]
    $0.fields = [
      "SecretString": .named("payload"),
      "GenerateSecretString": .made { value, making in
        ["payload": .string(try generated(value, making.call))]
      },
    ]
    $0.attributes = ["Id": { $0["secret_ref"] }]
  }

  /// A text of chance as `GenerateSecretString` asks for it.
  private static func generated(_ wanted: Value, _ call: ResourceCall) throws -> String {
    func isSet(_ name: String) -> Bool { wanted[name]?.scalarText?.lowercased() == "true" }
    let excluded = Set(wanted["ExcludeCharacters"]?.scalarText ?? "")
    let classes: [(name: String, characters: String)] = [
      ("ExcludeLowercase", "abcdefghijklmnopqrstuvwxyz"), ("ExcludeUppercase", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
      ("ExcludeNumbers", "0123456789"), ("ExcludePunctuation", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
    ]
    var sets = classes.filter { !isSet($0.name) }.map { $0.characters.filter { !excluded.contains($0) } }
    if isSet("IncludeSpace") { sets.append(" ") }
    sets.removeAll(where: \.isEmpty)
    let all = Array(sets.joined())
    let length = wanted["PasswordLength"]?.scalarText.flatMap { Int($0) } ?? 32
    guard !all.isEmpty, (1...4096).contains(length), length >= sets.count else {
      throw ResourceError(
        .badProperty,
        "no text of \(length) characters can be made as GenerateSecretString of \(call.logicalID) says")
    }
    func pick(_ count: Int) -> Int { Int(call.ambient.random() % UInt64(count)) }
    var text = (0..<length).map { _ in all[pick(all.count)] }
    if wanted["RequireEachIncludedType"]?.scalarText?.lowercased() != "false" {
      // Places of chance, each for another kind of character.
      var places = Array(text.indices)
      for set in sets {
        let place = places.remove(at: pick(places.count))
        text[place] = Array(set)[pick(set.count)]
      }
    }
    guard let key = wanted["GenerateStringKey"]?.scalarText else { return String(text) }
    guard let template = wanted["SecretStringTemplate"]?.scalarText,
      var members = try? Value.json(template).map
    else {
      throw ResourceError(
        .badProperty,
        "\(call.logicalID) has a GenerateStringKey and no SecretStringTemplate that is a JSON map")
    }
    members[key] = .string(String(text))
    return Value.map(members).jsonText()
  }
}
