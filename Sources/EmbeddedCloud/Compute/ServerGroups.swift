import Ambience
import Document
import OrderedCollections

extension EmbeddedCloud {
  func listServerGroups(_ call: Call) throws(Refusal) -> Answer {
    try call.list("server_groups", visible(.serverGroups, call)) { show(group: $0, call) }
  }

  func createServerGroup(_ call: Call) throws(Refusal) -> Answer {
    let fields = try call.fields("server_group")
    guard let policy = fields["policy"]?.string ?? fields["policies"]?[0]?.string else {
      throw .badRequest("Invalid input for field/attribute server_group. 'policies' is a required property")
    }
    guard
      quotas(call.project).serverGroups < 0
        || count(.serverGroups, call.project) < quotas(call.project).serverGroups
    else {
      throw Refusal(403, "Quota exceeded, too many server groups.")
    }
    let made: Fields = [
      "id": .string(ambient.uuid()), "name": .string(fields.text("name")), "_policy": .string(policy),
      "_project": .string(call.project), "_user": .string(call.user),
    ]
    put(.serverGroups, made)
    return Answer(200, ["server_group": .map(show(group: made, call))])
  }

  func showServerGroup(_ call: Call) throws(Refusal) -> Answer {
    Answer(200, ["server_group": .map(show(group: try find(.serverGroups, call["id"], call), call))])
  }

  func deleteServerGroup(_ call: Call) throws(Refusal) -> Answer {
    remove(.serverGroups, try find(.serverGroups, call["id"], call).text("id"))
    return Self.noContent
  }

  private func show(group: Fields, _ call: Call) -> Fields {
    var shown = group.shown
    let members = servers.values.filter { $0.serverGroup == group.text("id") }
    shown["members"] = .list(members.map { .string($0.id) })
    if call.has(64) {
      shown["policy"] = group["_policy"] ?? ""
      shown["rules"] = [:]
    } else {
      shown["policies"] = [group["_policy"] ?? ""]
      shown["metadata"] = [:]
    }
    if call.has(13) {
      shown["project_id"] = group["_project"] ?? ""
      shown["user_id"] = group["_user"] ?? ""
    }
    return shown
  }
}
