import Document
import OrderedCollections
import Templates

extension Template {
  /// The tree in CloudFormation's long form, which `kiln.template` builds on; one of HOT is translated.
  var plainDocument: Node { CloudFormationWriter.document(of: self).document.withLongFunctions }

  /// What a composer is made of: the sections without entries, and each entry with its section and its place.
  var composerParts: Value {
    var head: OrderedDictionary<String, Value> = [:]
    var entries: [Value] = []
    for section in plainDocument.entries ?? [] {
      guard Composition.sections.contains(section.key) else {
        if Composition.plainSections.contains(section.key) { head[section.key] = section.value.value }
        continue
      }
      for entry in section.value.entries ?? [] {
        entries.append([
          "section": .string(section.key), "name": .string(entry.key), "body": entry.value.value,
          "source": .string("@" + entry.keyPlace.source.name),
          "line": .integer(Int64(entry.keyPlace.start.line)),
        ])
      }
    }
    return ["head": .map(head), "entries": .list(entries)]
  }
}
