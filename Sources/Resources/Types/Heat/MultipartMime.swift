import Document
import StackEngine
import Templates

/// `OS::Heat::MultipartMime`: user data put together from parts.
struct MultipartMime: RecordOnlyType {
  let name = "OS::Heat::MultipartMime"
  let schema: ResourceSchema

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    .configuration(call, .string(try await Self.text(call)))
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    var now = try await create(call)
    now.id = resource.id
    return now
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {}

  /// A MIME message of the parts, each a text or the id of a configuration.
  private static func text(_ call: ResourceCall) async throws -> String {
    var parts: [UserData.Part] = []
    for (number, part) in (call.properties["parts"]?.list ?? []).enumerated() {
      guard let given = part["config"]?.scalarText else { continue }
      let content = try await call.configurationText(given)
      if part["type"]?.scalarText == "multipart", let inner = message(in: content) {
        parts += inner
        continue
      }
      let type = part["subtype"]?.scalarText.map { "text/\($0)" } ?? kind(of: content)
      parts.append(
        UserData.Part(
          name: part["filename"]?.scalarText ?? "part-\(number + 1)", type: type, content: content))
    }
    return UserData(parts: parts).text
  }

  /// What cloud-init takes a text for, by its first line.
  private static func kind(of content: String) -> String {
    let known = [
      ("#cloud-config", "text/cloud-config"), ("#!", "text/x-shellscript"),
      ("#include", "text/x-include-url"), ("#cloud-boothook", "text/cloud-boothook"),
      ("#part-handler", "text/part-handler"), ("#upstart-job", "text/upstart-job"),
    ]
    return known.first { content.hasPrefix($0.0) }?.1 ?? "text/plain"
  }

  /// The parts of a message in a message.
  private static func message(in text: String) -> [UserData.Part]? {
    guard let mark = text.ranges(of: "boundary=\"").first,
      let boundary = text[mark.upperBound...].split(separator: "\"", maxSplits: 1).first
    else { return nil }
    return text.split(separator: "--\(boundary)").dropFirst().compactMap { piece in
      let piece = piece.drop { $0 == "\n" || $0 == "\r\n" }
      guard let gap = piece.ranges(of: "\n\n").first else { return nil }
      let head = piece[..<gap.lowerBound]
      func field(_ name: String) -> String? {
        head.split(separator: "\n").first { $0.lowercased().hasPrefix(name + ":") }.map {
          String($0.dropFirst(name.count + 1))
        }
      }
      let type = field("content-type")?.split(separator: ";").first.map { $0.filter { $0 != " " } }
      let name = field("content-disposition")?.split(separator: "\"").dropFirst().first
      return UserData.Part(
        name: name.map(String.init) ?? "part", type: type ?? "text/plain",
        content: String(piece[gap.upperBound...]))
    }
  }
}
