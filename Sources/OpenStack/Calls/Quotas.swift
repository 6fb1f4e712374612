import Document
import HTTP

/// How a service tells and sets what a project may use: the same three words everywhere.
struct Quotas: Sendable {
  let service: Service
  /// Where they are, by project.
  let path: String
  let member: String
  /// What is added for the use beside the limit.
  var detail: String?
  var detailQuery: Query = [:]
  /// The member of the answer with the use.
  var detailMember: String?

  static let compute = Quotas(
    service: .compute, path: "/os-quota-sets", member: "quota_set", detail: "/detail")
  static let network = Quotas(service: .network, path: "/quotas", member: "quota", detail: "/details.json")
  static let volume = Quotas(
    service: .volume, path: "/os-quota-sets", member: "quota_set", detail: "", detailQuery: ["usage": "True"])
  static let loadBalancer = Quotas(service: .loadBalancer, path: "/lbaas/quotas", member: "quota")
  static let dns = Quotas(service: .dns, path: "/quotas", member: "")

  var actions: [Action] {
    let project = Parameter.named("project", .project, "The project; the login's if not given.").optional
    return [
      .custom(
        "quota", "Tells what a project may use, and where the service says it what it uses.", [project],
        answer: .data()
      ) { target, arguments in
        let tail = try await "/" + percentEncoded(owner(target, arguments)) + (detail ?? "")
        let answer = try await target.send("GET", path + tail, query: detailQuery).value()
        return answer[member] ?? answer
      },
      .custom(
        "set_quota", "Sets what a project may use; for administrators.",
        [.map("limits", "The limits by name; -1 is none."), project], answer: .data()
      ) { target, arguments in
        let tail = try await "/" + percentEncoded(owner(target, arguments))
        let limits = arguments["limits"] ?? [:]
        let body: Value = member.isEmpty ? limits : [member: limits]
        let method = service == .dns ? "PATCH" : "PUT"
        let answer = try await target.send(method, path + tail, body: body).value()
        return answer[member] ?? answer
      },
      .custom("reset_quota", "Gives a project the cloud's own limits again; for administrators.", [project]) {
        target, arguments in
        try await target.send("DELETE", path + "/" + percentEncoded(owner(target, arguments))).value()
      },
    ]
  }

  private func owner(_ target: Target, _ arguments: Arguments) async throws -> String {
    if let project = arguments.text("project") { return project }
    return try await target.cloud.identity.currentProject().id
  }
}
