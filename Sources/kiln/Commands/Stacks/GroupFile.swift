import Document
import Loading
import OrderedCollections
import ResourceFacts
import Shell
import StackEngine
import Templates

/// A file that says which stacks belong together, in YAML or JSON.
///
///     stacks:
///       network: {template: network.yaml}
///       app:
///         template: app.yaml
///         parameters: {Subnet: !GetStackOutput {StackName: network, OutputName: SubnetId}}
///         depends_on: [other]
///         tags: {env: test}
///
/// Templates are named relative to the file.
struct GroupFile {
  private let source: Source
  private let cloud: String?

  init(_ path: String, cloud: String?) throws {
    guard let text = LocalFile.text(of: path) else {
      throw Diagnostic("unreadable_file", "\(path) can't be read", hint: "is it there?")
    }
    source = Source(name: path, text: text)
    self.cloud = cloud
  }

  /// The group with its templates read.
  func group() async throws -> StackGroup {
    let document = try DocumentReader.any(source)
    guard let entries = document["stacks"]?.entries, !entries.isEmpty else {
      throw Diagnostic(
        "bad_group", "\(source.name) names no stacks", at: document.place,
        hint: "write stacks: {NAME: {template: FILE}}")
    }
    let library = try await TemplateLibrary(environment: [], cloud: cloud, schemas: try? ResourceSchemas())
    var members: OrderedDictionary<String, StackGroup.Member> = [:]
    for entry in entries { members[entry.key] = try await member(entry, library) }
    return StackGroup(members)
  }

  private func member(_ entry: Node.Entry, _ library: TemplateLibrary) async throws -> StackGroup.Member {
    let known = ["template", "parameters", "depends_on", "tags"]
    for field in entry.value.entries ?? [] where !known.contains(field.key) {
      throw Diagnostic(
        "bad_group", "a stack of a group has no `\(field.key)`", at: field.keyPlace,
        hint: nearest(to: field.key, among: known).map { "did you mean `\($0)`?" })
    }
    guard let file = entry.value["template"]?.scalar?.string else {
      throw Diagnostic("bad_group", "\(entry.key) needs a template", at: entry.keyPlace)
    }
    let path = FileAddress.resolve(file, relativeTo: source.name)
    var member = StackGroup.Member(template: try await library.template(TemplateFile(path: path)))
    for argument in entry.value["parameters"]?.entries ?? [] {
      member.arguments[argument.key] = StackGroup.Argument(argument.value.withLongFunctions.value)
    }
    member.dependsOn = (entry.value["depends_on"]?.items ?? []).compactMap(\.scalar?.scalarText)
    if let tags = entry.value["tags"]?.entries {
      member.tags = Tags(
        tags.compactMap { tag in tag.value.scalar?.scalarText.map { (tag.key, $0) } },
        uniquingKeysWith: { first, _ in first })
    }
    return member
  }
}
