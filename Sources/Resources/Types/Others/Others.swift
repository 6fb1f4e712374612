import Document
import OpenStack

extension Declaration {
  /// One or two types each of services that few clouds have.
  static let others: [Declaration] = [
    Declaration("OS::Designate::Zone", .zone).with {
      $0.mark = .description
      $0.fields = ["primaries": .named("masters"), "attributes": .members]
      $0.goesSlowly = true
    },
    Declaration("OS::Designate::RecordSet", .recordSet).with {
      $0.parent = ("zone", "/zones/{}")
      $0.mark = .description
      $0.fields = ["zone": .silent]
      $0.goesSlowly = true
    },
    Declaration("OS::Barbican::Secret", .secret).with {
      $0.attributes = ["decrypted_payload": { $0["payload"] }]
      $0.secretAttributes = ["decrypted_payload", "payload"]
    },
    Declaration("OS::Magnum::ClusterTemplate", .clusterTemplate),
    Declaration("OS::Magnum::Cluster", .cluster).with { $0.goesSlowly = true },
    Declaration("OS::Mistral::CronTrigger", .cronTrigger),
  ]
}

extension ResourceKind {
  fileprivate static let clusterTemplate = ResourceKind(
    "container-infrastructure-management", "/clustertemplates", singular: "clustertemplate",
    plural: "clustertemplates", idField: "uuid", nameFilter: .none, style: .bare, update: .jsonPatch)
  fileprivate static let cluster = ResourceKind(
    "container-infrastructure-management", "/clusters", singular: "cluster", plural: "clusters",
    idField: "uuid", nameFilter: .none, style: .bare, update: .jsonPatch,
    life: Life(
      settled: ["CREATE_COMPLETE", "UPDATE_COMPLETE"], failed: ["CREATE_FAILED", "UPDATE_FAILED"],
      faults: ["status_reason"]))
  fileprivate static let cronTrigger = ResourceKind(
    "workflow", "/cron_triggers", singular: "cron_trigger", plural: "cron_triggers", idField: "name",
    style: .bare, verbs: .fixed)
}
