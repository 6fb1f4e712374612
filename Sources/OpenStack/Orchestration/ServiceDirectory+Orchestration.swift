extension ServiceDirectory {
  static let orchestration = ServiceDirectory(
    "orchestration", .orchestration, "Heat: the stacks of an existing one.",
    kinds: [.stack, .softwareConfig],
    actions: [
      .call(
        "validate_template", "POST", "/validate", "Has Heat check a template.",
        [
          .map("template", "The template."), .map("environment", "The environment.").optional,
          .map("files", "Files by name.").optional,
        ],
        body: .flat, answer: .data()),
      .call(
        "preview", "POST", "/stacks/preview", "Tells what Heat would make of a template.",
        [
          .text("name", "The stack's name.", as: "stack_name"), .map("template", "The template."),
          .map("parameters", "The parameters.").optional,
        ], body: .flat, answer: .data("stack")),
      .call(
        "adopt", "POST", "/stacks", "Makes a stack of resources that there are.",
        [
          .text("name", "The stack's name.", as: "stack_name"),
          .text("data", "What `abandon` gave, as JSON.", as: "adopt_stack_data"),
        ], body: .flat, answer: .data("stack")),
      .call(
        "resource_types", "GET", "/resource_types", "Lists the types that Heat has.",
        answer: .data("resource_types")),
      .call(
        "resource_type", "GET", "/resource_types/{name}", "Gives the schema of a type.",
        [.text("name", "The type.")],
        answer: .data()),
      .call(
        "template_versions", "GET", "/template_versions", "Lists the versions that templates may have.",
        answer: .data("template_versions")),
      .call("build_info", "GET", "/build_info", "Tells Heat's version.", answer: .data()),
      .call(
        "services", "GET", "/services", "Lists Heat's own programs; for administrators.",
        answer: .data("services")),
    ])
}
