extension ResourceKind {
  /// A stack of an existing Heat.
  package static let stack: ResourceKind = ResourceKind(
    .orchestration, "/stacks", singular: "stack", plural: "stacks", summary: "A stack that Heat keeps.",
    columns: [
      "name=stack_name", "status=stack_status", "created=creation_time", "updated=updated_time", "id",
    ],
    addressFields: ["stack_name", "id"], isGotByName: true, nameField: "stack_name", nameFilter: .none,
    style: .bare, update: .patch, life: life,
    fields: [
      .text("name", "Its name.", as: "stack_name"), .map("template", "The template.").optional,
      .text("template_url", "Where the template is.").optional,
      .map("parameters", "The parameters.").optional,
      .map("environment", "The environment.").optional, .map("files", "Files by name.").optional,
      .integer("timeout_mins", "The minutes that it may take.").optional,
      .boolean("disable_rollback", "Whether what failed is left as it is.").optional,
    ], actions: stackActions, children: [.stackResource, .stackEvent, .stackOutput, .stackSnapshot])

  private static let life: Life = {
    let verbs = [
      "CREATE", "UPDATE", "SUSPEND", "RESUME", "CHECK", "SNAPSHOT", "RESTORE", "ADOPT", "ROLLBACK", "DELETE",
    ]
    return Life(
      "stack_status", settled: Set(verbs.map { $0 + "_COMPLETE" }), failed: Set(verbs.map { $0 + "_FAILED" }),
      faults: ["stack_status_reason"])
  }()

  private static let stackActions: [Action] = [
    action("suspend", "Suspends its resources."), action("resume", "Resumes its resources."),
    action("check", "Compares its resources with what there is."),
    action("cancel_update", "Stops an update and takes it back."),
    action("cancel_without_rollback", "Stops what is being done and leaves it there."),
    .call(
      "replace_template", "PUT", "",
      "Changes it to another template; parameters that aren't given are forgotten.",
      [
        .map("template", "The template."), .map("parameters", "The parameters.").optional,
        .map("environment", "The environment.").optional, .map("files", "Files by name.").optional,
      ], body: .flat),
    .call("template", "GET", "/template", "Gives its template.", answer: .data()),
    .call("environment", "GET", "/environment", "Gives its environment.", answer: .data()),
    .call("files", "GET", "/files", "Gives the files of its template.", answer: .data()),
    .call(
      "output", "GET", "/outputs/{key}", "Gives one output.", [.text("key", "Its name.")],
      answer: .data("output")),
    .call("export", "GET", "/export", "Gives all that another Heat needs to adopt it.", answer: .data()),
    .call(
      "abandon", "DELETE", "/abandon", "Forgets it, leaves its resources, and gives what `adopt` needs.",
      answer: .data()),
  ]

  private static func action(_ name: String, _ summary: String) -> Action {
    .call(name, "POST", "/actions", summary, body: .member(name))
  }
}
