import Document
import HTTP
import OrderedCollections

// What hangs on a server: metadata, tags, addresses, what was done with it.

extension EmbeddedCloud {
  func showMetadata(_ call: Call) throws(Refusal) -> Answer {
    Answer(200, ["metadata": .map(try server(call["id"], call).metadata)])
  }

  func addMetadata(_ call: Call) throws(Refusal) -> Answer {
    try setMetadata(call) { old, given in old.with(given) }
  }

  func replaceMetadata(_ call: Call) throws(Refusal) -> Answer {
    try setMetadata(call) { _, given in given }
  }

  private func setMetadata(_ call: Call, _ change: (Fields, Fields) -> Fields) throws(Refusal) -> Answer {
    let server = try server(call["id"], call)
    let metadata = change(server.metadata, try call.fields("metadata"))
    servers[server.id]?.metadata = metadata
    return Answer(200, ["metadata": .map(metadata)])
  }

  func showMetadataItem(_ call: Call) throws(Refusal) -> Answer {
    guard let value = try server(call["id"], call).metadata[call["key"]] else {
      throw .notFound("Metadata item was not found")
    }
    return Answer(200, ["meta": .map([call["key"]: value])])
  }

  func setMetadataItem(_ call: Call) throws(Refusal) -> Answer {
    let id = try server(call["id"], call).id
    let meta = try call.fields("meta")
    guard let value = meta[call["key"]], meta.count == 1 else {
      throw .badRequest("Request body and URI mismatch")
    }
    servers[id]?.metadata[call["key"]] = value
    return Answer(200, ["meta": .map(meta)])
  }

  func deleteMetadataItem(_ call: Call) throws(Refusal) -> Answer {
    let server = try server(call["id"], call)
    guard server.metadata[call["key"]] != nil else { throw .notFound("Metadata item was not found") }
    servers[server.id]?.metadata[call["key"]] = nil
    return Self.noContent
  }

  // MARK: - Tags

  func showServerTags(_ call: Call) throws(Refusal) -> Answer {
    Answer(200, ["tags": .list(try server(call["id"], call).tags.map(Value.string))])
  }

  func setServerTags(_ call: Call) throws(Refusal) -> Answer {
    let id = try server(call["id"], call).id
    let tags = try call.json()["tags"]?.list ?? []
    servers[id]?.tags = tags.compactMap(\.string)
    return Answer(200, ["tags": .list(tags)])
  }

  func clearServerTags(_ call: Call) throws(Refusal) -> Answer {
    servers[try server(call["id"], call).id]?.tags = []
    return Self.noContent
  }

  func hasServerTag(_ call: Call) throws(Refusal) -> Answer {
    _ = try tagged(call)
    return Self.noContent
  }

  func addServerTag(_ call: Call) throws(Refusal) -> Answer {
    let server = try server(call["id"], call)
    guard !server.tags.contains(call["tag"]) else { return Self.noContent }
    servers[server.id]?.tags.append(call["tag"])
    return .html(201, headers: ["Location": call.root + "/servers/\(server.id)/tags/\(call["tag"])"])
  }

  func deleteServerTag(_ call: Call) throws(Refusal) -> Answer {
    let id = try tagged(call)
    servers[id]?.tags.removeAll { $0 == call["tag"] }
    return Self.noContent
  }

  private func tagged(_ call: Call) throws(Refusal) -> String {
    let server = try server(call["id"], call)
    guard server.tags.contains(call["tag"]) else {
      throw .notFound("Instance \(server.id) has no tag '\(call["tag"])'")
    }
    return server.id
  }

  // MARK: - To look at

  func showAddresses(_ call: Call) throws(Refusal) -> Answer {
    Answer(200, ["addresses": .map(addresses(of: try server(call["id"], call), isFull: false))])
  }

  /// What was done to a server, the newest first; from microversion 2.58 on in pages where so asked.
  func listActions(_ call: Call) throws(Refusal) -> Answer {
    let server = try server(call["id"], call)
    let asked = call.has(58) ? call.asked : nil
    let marked = asked?.value("marker").flatMap { marker in server.actions.firstIndex { $0.request == marker }
    }
    let limit = asked?.value("limit").flatMap { Int($0) }.map { max(0, $0) } ?? .max
    let page = server.actions.dropFirst(marked.map { $0 + 1 } ?? 0).prefix(limit)
    var body: Fields = ["instanceActions": .list(page.map { .map(view($0, of: server, call)) })]
    if let last = page.last, page.count == limit {
      let next = "\(call.url)?limit=\(limit)&marker=\(last.request)"
      body["links"] = [["rel": "next", "href": .string(next)]]
    }
    return Answer(200, .map(body))
  }

  private func view(_ action: Server.Action, of server: Server, _ call: Call) -> Fields {
    var view: Fields = [
      "action": .string(action.name), "instance_uuid": .string(server.id),
      "request_id": .string(action.request), "user_id": .string(server.user),
      "project_id": .string(server.project), "start_time": .string(Self.fine(action.time)),
      "message": action.message.map(Value.string) ?? .null,
    ]
    if call.has(58) { view["updated_at"] = .string(Self.fine(action.time)) }
    return view
  }

  /// An action with what came of it.
  func showAction(_ call: Call) throws(Refusal) -> Answer {
    let server = try server(call["id"], call)
    guard let action = server.actions.first(where: { $0.request == call["request"] }) else {
      throw .notFound("Action \(call["request"]) not found")
    }
    var shown = view(action, of: server, call)
    // Its steps are for administrators, and for all from microversion 2.51 on.
    if call.isAdmin || call.has(51) {
      shown["events"] = [
        [
          "event": .string("compute_\(action.name)_instance"), "start_time": .string(Self.fine(action.time)),
          "finish_time": .string(Self.fine(action.time)),
          "result": action.message == nil ? "Success" : "Error",
        ]
      ]
    }
    return Answer(200, ["instanceAction": .map(shown)])
  }

  /// The security groups of the server's ports, as Nova's own were.
  func showServerGroups(_ call: Call) throws(Refusal) -> Answer {
    let server = try server(call["id"], call)
    let ids = ports(of: server.id).flatMap { ($0["security_groups"]?.list ?? []).compactMap(\.string) }
    let groups = OrderedSet(ids).compactMap { thing(.groups, $0) }.map { group -> Value in
      [
        "id": group["id"] ?? .null, "description": group["description"] ?? "", "name": group["name"] ?? "",
        "tenant_id": group["tenant_id"] ?? .null, "rules": .list(novaRules(of: group)),
      ]
    }
    return Answer(200, ["security_groups": .list(groups)])
  }

  private func novaRules(of group: Fields) -> [Value] {
    let own = all(.rules).filter {
      $0["security_group_id"] == group["id"] && $0.text("direction") == "ingress"
    }
    return own.map { rule in
      var source: Value = [:]
      if let other = rule["remote_group_id"]?.string.flatMap({ thing(.groups, $0) }) {
        source = ["name": other["name"] ?? "", "tenant_id": other["tenant_id"] ?? .null]
      }
      let range = rule["remote_ip_prefix"]?.string.map { ["cidr": .string($0)] as Value }
      return [
        "id": rule["id"] ?? .null, "parent_group_id": group["id"] ?? .null,
        "ip_protocol": rule["protocol"] ?? .null, "from_port": rule["port_range_min"] ?? .null,
        "to_port": rule["port_range_max"] ?? .null, "group": source, "ip_range": range ?? [:],
      ]
    }
  }
}
