extension ResourceKind {
  /// A resource of a stack of Heat's.
  static let stackResource: ResourceKind = ResourceKind(
    .orchestration, "/resources", singular: "resource", plural: "resources",
    summary: "A resource of a stack.",
    columns: [
      "name=resource_name", "type=resource_type", "status=resource_status",
      "physical_id=physical_resource_id",
    ],
    idField: "resource_name", nameField: "resource_name", nameFilter: .none, style: .bare, verbs: .readOnly,
    life: Life(
      "resource_status",
      settled: ["CREATE_COMPLETE", "UPDATE_COMPLETE", "CHECK_COMPLETE", "RESUME_COMPLETE"],
      failed: ["CREATE_FAILED", "UPDATE_FAILED", "DELETE_FAILED", "CHECK_FAILED"],
      faults: ["resource_status_reason"]),
    actions: [
      .call("metadata", "GET", "/metadata", "Gives its metadata.", answer: .data("metadata")),
      .call(
        "signal", "POST", "/signal", "Tells it that something happened.", [.map("data", "What.")],
        body: .whole("data")),
      .call(
        "mark_unhealthy", "PATCH", "", "Has the next update replace it, or with `false` not.",
        [
          .boolean("unhealthy", "Whether it is to be replaced.", as: "mark_unhealthy"),
          .text("reason", "Why.", as: "resource_status_reason").optional,
        ], body: .flat),
    ])

  /// Something that happened to a stack or a resource of it.
  static let stackEvent: ResourceKind = ResourceKind(
    .orchestration, "/events", singular: "event", plural: "events",
    summary: "Something that happened in a stack.",
    columns: [
      "time=event_time", "name=resource_name", "status=resource_status", "reason=resource_status_reason",
    ],
    nameField: "resource_name", nameFilter: .none, style: .bare, verbs: .listOnly,
    life: Life("resource_status", settled: [], failed: []))

  /// What a stack tells to whoever asks.
  static let stackOutput: ResourceKind = ResourceKind(
    .orchestration, "/outputs", singular: "output", plural: "outputs", summary: "What a stack tells.",
    columns: ["name=output_key", "value=output_value"],
    idField: "output_key", nameField: "output_key", nameFilter: .none, style: .bare, verbs: .readOnly)

  /// A copy of a stack that it can go back to.
  static let stackSnapshot: ResourceKind = ResourceKind(
    .orchestration, "/snapshots", singular: "snapshot", plural: "snapshots",
    summary: "A state of a stack that it can go back to.", nameFilter: .none, style: .bare, verbs: .fixed,
    life: Life(settled: ["COMPLETE"], failed: ["FAILED"], faults: ["status_reason"]),
    fields: [.text("name", "Its name.").optional],
    actions: [.call("restore", "POST", "/restore", "Puts the stack back to it.")])

  /// Software that Heat hands to servers.
  static let softwareConfig: ResourceKind = ResourceKind(
    .orchestration, "/software_configs", singular: "software_config", plural: "software_configs",
    summary: "Software that Heat hands to servers.", style: .bare, verbs: .fixed)
}
