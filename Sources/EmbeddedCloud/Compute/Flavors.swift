import Ambience
import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  func listFlavors(_ call: Call, isDetailed: Bool) throws(Refusal) -> Answer {
    let memory = call.asked.value("minRam").flatMap { Int($0) } ?? 0
    let disk = call.asked.value("minDisk").flatMap { Int($0) } ?? 0
    let found = visible(.flavors, call).filter { $0.integer("ram") >= memory && $0.integer("disk") >= disk }
    return try call.list("flavors", found) { flavor in
      isDetailed ? show(flavor: flavor, call) : link(to: flavor, call)
    }
  }

  private func link(to flavor: Fields, _ call: Call) -> Fields {
    var link = flavor.only(["id", "name"])
    link["links"] = call.links("/flavors/" + flavor.text("id"))
    if call.has(55) { link["description"] = nil as Value }
    return link
  }

  private func show(flavor: Fields, _ call: Call) -> Fields {
    var shown = flavor.shown
    shown["links"] = call.links("/flavors/" + flavor.text("id"))
    if call.has(55) { shown["description"] = nil as Value }
    if call.has(61) { shown["extra_specs"] = [:] }
    if call.has(75) { shown["swap"] = 0 }
    return shown
  }

  func showFlavor(_ call: Call) throws(Refusal) -> Answer {
    Answer(200, ["flavor": .map(show(flavor: try find(.flavors, call["id"], call), call))])
  }

  func showExtraSpecs(_ call: Call) throws(Refusal) -> Answer {
    Answer(200, ["extra_specs": try find(.flavors, call["id"], call)["_specs"] ?? [:]])
  }

  func addFlavorSpecs(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "os_compute_api:os-flavor-extra-specs:create")
    let flavor = try find(.flavors, call["id"], call)
    let given = try call.fields("extra_specs")
    put(.flavors, flavor.with(["_specs": .map((flavor["_specs"]?.map ?? [:]).merging(given) { $1 })]))
    return Answer(200, ["extra_specs": .map(given)])
  }

  func createFlavor(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "os_compute_api:os-flavor-manage:create")
    let given = try call.fields("flavor")
    let id = given["id"]?.scalarText.flatMap { $0 == "auto" ? nil : $0 } ?? ambient.uuid()
    let name = given.text("name")
    if let twin = all(.flavors).first(where: { $0.text("id") == id || $0.text("name") == name }) {
      let what = twin.text("name") == name ? "name \(name)" : "ID \(id)"
      throw .conflict("Flavor with \(what) already exists.")
    }
    for field in ["name", "ram", "vcpus", "disk"] where given[field] == nil {
      throw .badRequest("Invalid input for field/attribute flavor. '\(field)' is a required property")
    }
    var made: Fields = [
      "id": .string(id), "swap": "", "OS-FLV-EXT-DATA:ephemeral": 0, "OS-FLV-DISABLED:disabled": false,
      "os-flavor-access:is_public": true, "rxtx_factor": 1.0, "_project": .string(call.project),
    ]
    made = made.with(given.filter { $0.key != "id" })
    made["_shared"] = made["os-flavor-access:is_public"]
    put(.flavors, made)
    return Answer(200, ["flavor": .map(show(flavor: made, call))])
  }

  func changeFlavorSpec(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "os_compute_api:os-flavor-extra-specs:update")
    let flavor = try find(.flavors, call["id"], call)
    guard let value = try call.json()[call["key"]] else { throw .badRequest("Request body and URI mismatch") }
    put(.flavors, flavor.with(["_specs": .map((flavor["_specs"]?.map ?? [:]).with([call["key"]: value]))]))
    return Answer(200, .map([call["key"]: value]))
  }

  func deleteFlavorSpec(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "os_compute_api:os-flavor-extra-specs:delete")
    let flavor = try find(.flavors, call["id"], call)
    var specs = flavor["_specs"]?.map ?? [:]
    guard specs.removeValue(forKey: call["key"]) != nil else {
      throw .notFound("Flavor \(call["id"]) has no extra specs with key \(call["key"]).")
    }
    put(.flavors, flavor.with(["_specs": .map(specs)]))
    return Answer(200, headers: ["Content-Type": "application/json"])
  }

  // MARK: - Who has a flavor

  func showFlavorAccess(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "os_compute_api:os-flavor-access")
    return access(try find(.flavors, call["id"], call))
  }

  func changeFlavorAccess(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "os_compute_api:os-flavor-access:add_tenant_access")
    var flavor = try find(.flavors, call["id"], call)
    let body = try call.json()
    var members = flavor["_members"]?.list ?? []
    if let project = body["addTenantAccess"]?["tenant"] {
      guard !members.contains(["member_id": project]) else {
        let number = tables[.flavors]?.keys.firstIndex(of: call["id"]).map { $0 + 1 } ?? 0
        throw .conflict(
          "Flavor access already exists for flavor \(number) and project \(project.string ?? "") combination."
        )
      }
      members.append(["member_id": project])
    } else if let project = body["removeTenantAccess"]?["tenant"] {
      members.removeAll { $0["member_id"] == project }
    } else {
      throw .badRequest("There is no such action: \(body.map?.keys.first ?? "")")
    }
    flavor["_members"] = .list(members)
    put(.flavors, flavor)
    return access(flavor)
  }

  private func access(_ flavor: Fields) -> Answer {
    let entries = (flavor["_members"]?.list ?? []).map { member -> Value in
      ["flavor_id": flavor["id"] ?? .null, "tenant_id": member["member_id"] ?? .null]
    }
    return Answer(200, ["flavor_access": .list(entries)])
  }

  func deleteFlavor(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "os_compute_api:os-flavor-manage:delete")
    remove(.flavors, try find(.flavors, call["id"], call).text("id"))
    return Answer(202, headers: ["Content-Type": "application/json"])
  }
}
