import Ambience
import Document
import HTTP
import OrderedCollections

/// One of Keystone's collections that administrators keep: where it is, and what its things have.
struct IdentityCollection: Sendable {
  let table: Table
  let path: String
  let singular: String
  /// What each has that was given nothing else.
  let defaults: Fields
  let required: [String]
  /// The fields that no two have alike; none where any may be.
  let unique: [String]

  var plural: String { path }

  init(
    _ table: Table, _ path: String, _ singular: String, _ defaults: Fields = [:],
    required: [String] = ["name"],
    unique: [String] = ["name", "domain_id"]
  ) {
    self.table = table
    self.path = path
    self.singular = singular
    self.defaults = defaults
    self.required = required
    self.unique = unique
  }

  static let all: [IdentityCollection] = [
    IdentityCollection(
      .users, "users", "user",
      ["domain_id": "default", "enabled": true, "password_expires_at": nil, "options": [:]]),
    IdentityCollection(
      .projects, "projects", "project",
      [
        "domain_id": "default", "description": "", "enabled": true, "parent_id": "default",
        "is_domain": false,
        "tags": [], "options": [:],
      ]),
    IdentityCollection(.identityGroups, "groups", "group", ["domain_id": "default", "description": ""]),
    IdentityCollection(.roles, "roles", "role", ["domain_id": nil, "description": nil, "options": [:]]),
    IdentityCollection(
      .domains, "domains", "domain", ["description": "", "enabled": true, "tags": [], "options": [:]],
      unique: ["name"]),
    IdentityCollection(
      .regions, "regions", "region", ["description": "", "parent_region_id": nil], required: [],
      unique: ["id"]),
    IdentityCollection(.services, "services", "service", ["enabled": true], required: ["type"], unique: []),
    IdentityCollection(
      .endpoints, "endpoints", "endpoint", ["enabled": true, "region_id": nil],
      required: ["service_id", "interface", "url"], unique: []),
  ]
}

extension EmbeddedCloud {
  static let administeredRoutes: [Route] = IdentityCollection.all.flatMap { collection in
    let path = "/v3/" + collection.path
    return [
      Route(.get, path) { try $0.listIdentity(collection, $1) },
      Route(.post, path) { try $0.createIdentity(collection, $1) },
      Route(.get, path + "/{id}") { cloud, call in
        try cloud.mayLook(collection, call)
        return cloud.answer(try cloud.known(collection, call), collection, call)
      },
      Route(.patch, path + "/{id}") { try $0.changeIdentity(collection, $1) },
      Route(.delete, path + "/{id}") { try $0.deleteIdentity(collection, $1) },
    ]
  }

  private func known(_ collection: IdentityCollection, _ call: Call) throws(Refusal) -> Fields {
    guard let thing = thing(collection.table, call["id"]) else { throw collection.table.missing(call["id"]) }
    return thing
  }

  /// Members see themselves, their projects and the regions; administrators see all.
  private func mayLook(_ collection: IdentityCollection, _ call: Call) throws(Refusal) {
    let isOwn =
      switch collection.table {
      case .users: call["id"] == call.user
      case .projects: call.login?.user.projects.contains(call["id"]) ?? false
      case .regions: true
      default: false
      }
    guard call.isAdmin || isOwn else { throw Self.forbidden("get_" + collection.singular) }
  }

  private func administer(_ action: String, _ collection: IdentityCollection, _ call: Call) throws(Refusal) {
    guard call.isAdmin else { throw Self.forbidden("\(action)_\(collection.singular)") }
  }

  private func shown(_ thing: Fields, _ collection: IdentityCollection, _ call: Call) -> Value {
    let url = "\(call.root)/\(collection.path)/\(thing.text("id"))"
    return .map(thing.shown.with(["links": ["self": .string(url)]]))
  }

  private func answer(
    _ thing: Fields, _ collection: IdentityCollection, _ call: Call, status: Int = 200
  ) -> Answer {
    Answer(status, [collection.singular: shown(thing, collection, call)])
  }

  private func listIdentity(_ collection: IdentityCollection, _ call: Call) throws(Refusal) -> Answer {
    guard call.isAdmin || collection.table == .regions else {
      throw Self.forbidden("list_" + collection.plural)
    }
    let found = all(collection.table).filter { thing in
      call.asked.query.allSatisfy { pair in
        guard let value = thing[pair.name] else { return true }
        return value.scalarText?.lowercased() == pair.value.lowercased() || value.isNull && pair.value.isEmpty
      }
    }
    return identityList(collection.plural, found.map { shown($0, collection, call) }, call)
  }

  private func createIdentity(_ collection: IdentityCollection, _ call: Call) throws(Refusal) -> Answer {
    try administer("create", collection, call)
    let given = try call.fields(collection.singular)
    if let missing = collection.required.first(where: { given[$0] == nil }) {
      throw .badRequest("'\(missing)' is a required property")
    }
    let id = given["id"]?.string ?? ambient.uuid().replacing("-", with: "")
    var thing = collection.defaults.with(given.filter { $0.key != "password" })
    thing["id"] = .string(id)
    if collection.table == .endpoints, !["admin", "internal", "public"].contains(given.text("interface")) {
      throw .badRequest(
        "Invalid input for field 'interface': '\(given.text("interface"))' is not one of ['admin', 'internal', "
          + "'public']\n\nFailed validating 'enum' in schema['properties']['interface']:\n    {'enum': ['admin', "
          + "'internal', 'public'], 'type': 'string'}\n\nOn instance['interface']:\n    "
          + "'\(given.text("interface"))'")
    }
    if collection.table == .endpoints { thing["region"] = thing["region_id"] ?? .null }
    try checkUnique(thing, collection)
    put(collection.table, thing)
    if collection.table == .projects { accounts.projects.append(.init(id: id, name: thing.text("name"))) }
    if collection.table == .users {
      accounts.users.append(
        .init(
          id: id, name: thing.text("name"), password: given.text("password"), projects: [], isAdmin: false))
    }
    return answer(thing, collection, call, status: 201)
  }

  private func changeIdentity(_ collection: IdentityCollection, _ call: Call) throws(Refusal) -> Answer {
    try administer("update", collection, call)
    let asked = try call.fields(collection.singular)
    let given = asked.filter { $0.key != "password" }
    let changed = try known(collection, call).with(given)
    try checkUnique(changed, collection)
    put(collection.table, changed)
    if collection.table == .users, let password = asked["password"]?.string,
      let index = accounts.users.firstIndex(where: { $0.id == call["id"] })
    {
      accounts.users[index].password = password
    }
    // Keystone repeats what it has no column for.
    guard [.users, .projects].contains(collection.table) else { return answer(changed, collection, call) }
    var shown = shown(changed, collection, call).map ?? [:]
    shown["extra"] = .map(changed.only(["email"]))
    return Answer(200, [collection.singular: .map(shown)])
  }

  private func deleteIdentity(_ collection: IdentityCollection, _ call: Call) throws(Refusal) -> Answer {
    try administer("delete", collection, call)
    let thing = try known(collection, call)
    if collection.table == .domains, thing["enabled"] == true {
      throw Refusal(
        403, "Cannot delete a domain that is enabled, please disable it first.")
    }
    remove(collection.table, call["id"])
    accounts.users.removeAll { collection.table == .users && $0.id == call["id"] }
    accounts.projects.removeAll { collection.table == .projects && $0.id == call["id"] }
    return Answer(204)
  }

  private func checkUnique(_ thing: Fields, _ collection: IdentityCollection) throws(Refusal) {
    guard !collection.unique.isEmpty else { return }
    let twin = all(collection.table).first { other in
      other.text("id") != thing.text("id") && collection.unique.allSatisfy { other[$0] == thing[$0] }
    }
    let isTaken = collection.unique == ["id"] && self.thing(collection.table, thing.text("id")) != nil
    guard twin != nil || isTaken else { return }
    let domain = thing.text("domain_id")
    let name = thing.text("name")
    let why =
      switch collection.table {
      case .projects:
        "it is not permitted to have two projects with either the same name or same id in the same domain: name "
          + "is \(name), project id \(thing.text("id"))."
      case .regions: "Duplicate ID, \(thing.text("id")).."
      default: "Duplicate entry found with name \(name)\(domain.isEmpty ? "" : " at domain ID \(domain)")."
      }
    throw .conflict("Conflict occurred attempting to store \(collection.singular) - \(why)")
  }
}
