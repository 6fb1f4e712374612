import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  /// Glance's paths (Image API v2).
  static let imageRoutes = RouteTable([
    Route(.get, "/", isOpen: true) { $0.imageVersions($1) },
    Route(.get, "/v2/images") { try $0.listImages($1) },
    Route(.post, "/v2/images") { try $0.createImage($1) },
    Route(.get, "/v2/images/{id}") { try $0.showImage($1) },
    Route(.patch, "/v2/images/{id}") { try $0.changeImage($1) },
    Route(.delete, "/v2/images/{id}") { try $0.deleteImage($1) },
    Route(.get, "/v2/images/{id}/file") { try $0.readImage($1) },
    Route(.put, "/v2/images/{id}/file") { try $0.fillImage($1) },
    Route(.put, "/v2/images/{id}/tags/{tag}") { try $0.tagImage($1) },
    Route(.delete, "/v2/images/{id}/tags/{tag}") { try $0.untagImage($1) },
    Route(.get, "/v2/images/{id}/members") { try $0.listMembers($1) },
    Route(.post, "/v2/images/{id}/members") { try $0.addMember($1) },
    Route(.get, "/v2/images/{id}/members/{member}") { try $0.showMember($1) },
    Route(.put, "/v2/images/{id}/members/{member}") { try $0.answerMembership($1) },
    Route(.delete, "/v2/images/{id}/members/{member}") { try $0.removeMember($1) },
    Route(.post, "/v2/images/{id}/actions/deactivate") { try $0.setActivity($1, to: "deactivated") },
    Route(.post, "/v2/images/{id}/actions/reactivate") { try $0.setActivity($1, to: "active") },
    Route(.post, "/v2/images/{id}/import") { try $0.importImage($1) },
    Route(.get, "/v2/schemas/image") { $0.showImageSchema($1) },
  ])

  private func listImages(_ call: Call) throws(Refusal) -> Answer {
    let found = visible(.images, call).filter { matchesGlance($0, call.asked) }
    let (items, next) = try call.page(found) { .badRequest("No image found with ID \($0)") }
    let query = call.asked.query.filter { $0.name != "marker" }
      .map { "\(percentEncoded($0.name, keeping: ":/,"))=\(percentEncoded($0.value, keeping: ":/,"))" }
      .joined(separator: "&")
    var body: Fields = [
      "images": .list(items.map { .map($0.shown) }),
      "first": .string("/v2/images" + (query.isEmpty ? "" : "?" + query)), "schema": "/v2/schemas/images",
    ]
    // Glance leaves out where it is.
    if let next, let start = next.firstRange(of: "/v2/images") {
      body["next"] = .string(String(next[start.lowerBound...]))
    }
    return Answer(200, .map(body))
  }

  private func matchesGlance(_ image: Fields, _ asked: Asked) -> Bool {
    asked.query.allSatisfy { name, wanted in
      switch name {
      case "limit", "marker", "sort_key", "sort_dir", "sort", "member_status": return true
      case "tag": return image["tags"]?.list?.contains(.string(wanted)) ?? false
      case "name" where wanted.hasPrefix("in:"):
        return wanted.dropFirst(3).split(separator: ",").contains { $0 == image.text("name") }
      default: return image[name].map { $0.scalarText == wanted } ?? true
      }
    }
  }

  private func showImage(_ call: Call) throws(Refusal) -> Answer {
    Answer(200, .map(try find(.images, call["id"], call).shown))
  }

  private func showImageSchema(_ call: Call) -> Answer {
    Answer(
      200,
      [
        "name": "image", "additionalProperties": ["type": "string"], "links": [],
        "properties": [
          "id": ["type": "string"], "name": ["type": ["null", "string"]], "status": ["type": "string"],
          "visibility": ["type": "string"],
        ],
      ])
  }
}
