import Document
import HTTP
import OrderedCollections

// Tags of images, the projects that they are shared with, and taking them out of use.

extension EmbeddedCloud {
  func tagImage(_ call: Call) throws(Refusal) -> Answer {
    try setTags(call) { tags in tags.contains(.string(call["tag"])) ? tags : tags + [.string(call["tag"])] }
    return .html(204)
  }

  func untagImage(_ call: Call) throws(Refusal) -> Answer {
    guard try own(call)["tags"]?.list?.contains(.string(call["tag"])) ?? false else { throw .noPath }
    try setTags(call) { tags in tags.filter { $0 != .string(call["tag"]) } }
    return .html(204)
  }

  private func setTags(_ call: Call, _ change: ([Value]) -> [Value]) throws(Refusal) {
    let image = try own(call)
    put(
      .images, image.with(["tags": .list(change(image["tags"]?.list ?? [])), "updated_at": .string(clock)]))
  }

  // MARK: - Members

  func listMembers(_ call: Call) throws(Refusal) -> Answer {
    let members = members(of: try shared(call, to: "list"))
    return Answer(200, ["members": .list(members.map { .map($0) }), "schema": "/v2/schemas/members"])
  }

  func addMember(_ call: Call) throws(Refusal) -> Answer {
    let image = try shared(call, to: "create")
    guard let member = try call.json()["member"]?.string, !member.isEmpty else {
      throw .badRequest("Member to be added not specified")
    }
    guard !members(of: image).contains(where: { $0.text("member_id") == member }) else {
      throw .conflict("Member \(member) is duplicated for image \(call["id"])")
    }
    let now = Value.string(clock)
    let made: Fields = [
      "member_id": .string(member), "image_id": .string(call["id"]), "status": "pending", "created_at": now,
      "updated_at": now, "schema": "/v2/schemas/member",
    ]
    keep(members(of: image) + [made], call["id"])
    return Answer(200, .map(made))
  }

  func showMember(_ call: Call) throws(Refusal) -> Answer {
    Answer(200, .map(try member(call, of: try shared(call, to: "get"))))
  }

  /// What a project that an image is shared with says to that: `accepted`, `rejected` or `pending`.
  func answerMembership(_ call: Call) throws(Refusal) -> Answer {
    guard let image = thing(.images, call["id"]) else {
      throw .notFound("No image found with ID \(call["id"])")
    }
    guard call.isAdmin || call.project == call["member"] else {
      throw Refusal(403, "Not allowed to update members for image \(call["id"]).")
    }
    var member = try member(call, of: image)
    member["status"] = try call.json()["status"] ?? "pending"
    member["updated_at"] = .string(clock)
    keep(members(of: image).map { $0["member_id"] == member["member_id"] ? member : $0 }, call["id"])
    return Answer(200, .map(member))
  }

  func removeMember(_ call: Call) throws(Refusal) -> Answer {
    let image = try shared(call, to: "delete")
    let gone = try member(call, of: image)
    keep(members(of: image).filter { $0["member_id"] != gone["member_id"] }, call["id"])
    return Answer(204)
  }

  /// The image of a request about its members, if it is one that has any.
  private func shared(_ call: Call, to action: String) throws(Refusal) -> Fields {
    let image = try find(.images, call["id"], call)
    guard call.isAdmin || image.text("_project") == call.project, image.text("visibility") == "shared" else {
      throw Refusal(403, "Not allowed to \(action) members for image \(call["id"]).")
    }
    return image
  }

  private func members(of image: Fields) -> [Fields] { (image["_members"]?.list ?? []).compactMap(\.map) }

  private func member(_ call: Call, of image: Fields) throws(Refusal) -> Fields {
    guard let member = members(of: image).first(where: { $0.text("member_id") == call["member"] }) else {
      throw .notFound("\(call["member"]) not found in the member list of the image \(call["id"]).")
    }
    return member
  }

  private func keep(_ members: [Fields], _ id: String) {
    set(.images, id, ["_members": .list(members.map { .map($0) })])
  }

  // MARK: - Out of use and back

  func setActivity(_ call: Call, to status: String) throws(Refusal) -> Answer {
    guard call.isAdmin else { throw Refusal(403, "You are not authorized to complete this action.") }
    _ = try find(.images, call["id"], call)
    set(.images, call["id"], ["status": .string(status)])
    return .html(204)
  }
}
