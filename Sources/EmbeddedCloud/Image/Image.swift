import Document
import HTTP
import OrderedCollections

// Glance: images to look at.

extension EmbeddedCloud {
  func image(_ asked: Asked, base: String) throws(Refusal) -> Answer {
    guard asked.path.count > 1, asked.path[1] == "images" else {
      return Answer(asked.path.isEmpty ? 300 : 200, Catalog.imageVersion(base))
    }
    let call = asked.dropping(2)
    switch (call.method, call.path.first) {
    case (.get, nil):
      let found = all("images").filter { image in
        call.value("name").map { image.text("name") == $0 } ?? true
      }
      return page(found, call, envelope: "images", base: base + "/image/v2/images", linksName: "links")
    case (.get, let id?):
      guard let image = collections["images"]?[id] else {
        throw .notFound("Failed to find image \(id) to show")
      }
      return Answer(200, .map(image))
    default: throw .notAllowed()
    }
  }
}
