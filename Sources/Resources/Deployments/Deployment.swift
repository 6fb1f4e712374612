import Ambience
import Document
import OpenStack
import OrderedCollections
import StackEngine

/// One configuration for one server: laid on the server's desk, then waited for until the guest has signalled.
struct Deployment: Sendable {
  let call: ResourceCall
  let context: OpenStackContext
  let server: String
  /// What tells it from others of the same resource; empty for the only one.
  let part: String
  private var store: ObjectStore { context.cloud.object }
  private var container: String { SignalAddress.container(call) }
  private var signalObject: String { "\(call.logicalID)/signals/\(call.physicalName)\(part)" }
  private var name: String { call.physicalName + (part.isEmpty ? "" : "-\(part)") }

  /// What a guest told of its work.
  struct Result: Sendable {
    var told: Value = [:]
    var code: Int { told["deploy_status_code"]?.scalarText.flatMap { Int($0) } ?? 0 }
  }

  /// Has the guest do what the configuration says for an action, and gives what it told.
  func run(_ action: String) async throws -> Result {
    guard actions.contains(action) else { return Result() }
    let configuration = try await configuration(action)
    guard let desk = try await desk() else {
      throw ResourceError(
        .badProperty, "server \(server) takes no deployments",
        hint: "give it user_data_format: SOFTWARE_CONFIG, on a cloud with object storage")
    }
    let waits = call.text("signal_transport") != "NO_SIGNAL"
    let id = try await call.stepID("derive \(action) \(part)", find: { nil }) { context.ambient.uuid() }
    let url = waits ? try await signalURL() : nil
    try await desk.add(deployment(id, configuration, action, url), named: name)
    var result = waits ? try await wait() : Result()
    var told = result.told.map ?? [:]
    for output in configuration["outputs"]?.list ?? [] {
      if let name = output["name"]?.string { told[name] = told[name] ?? .null }
    }
    result.told = .map(told)
    return result
  }

  /// Takes the deployment off the desk, after the guest has undone it if it is to.
  func end() async throws {
    if actions.contains("DELETE") { _ = try await run("DELETE") }
    try await desk()?.remove(named: name)
    do {
      try await store.delete(signalObject, in: container)
    } catch let error as OpenStackError where [.notFound, .noEndpoint].contains(error.code) { return }
    try await context.deleteIfEmpty(container)
  }

  private var actions: [String] {
    call.properties["actions"]?.list?.compactMap(\.string) ?? ["CREATE", "UPDATE"]
  }

  private func desk() async throws -> DeploymentDesk? {
    let notes = try await call.lookUp(server)?.notes
    return notes.flatMap { DeploymentDesk(notes: $0, context) }
  }

  private func configuration(_ action: String) async throws -> Value {
    guard let id = call.text("config") else { return [:] }
    guard let found = try await call.configuration(id) else {
      throw ResourceError(.badProperty, "\(id) is the id of no software configuration of kiln's")
    }
    // A component has a configuration for each action.
    guard let choices = found["config"]?["configs"]?.list else { return found }
    let chosen = choices.first { choice in
      (choice["actions"]?.list?.compactMap(\.string) ?? ["CREATE", "UPDATE"]).contains(action)
    }
    var members = found.map ?? [:]
    members["config"] = chosen?["config"] ?? ""
    members["group"] = chosen?["tool"] ?? "script"
    return .map(members)
  }

  private func signalURL() async throws -> String {
    let key = try await store.temporaryURLKey()
    try await store.createContainer(container)
    // What an earlier action told isn't what this one will.
    do { try await store.delete(signalObject, in: container) } catch let error as OpenStackError
      where error.code == .notFound
    {}
    let end = context.ambient.now() + .seconds(10 * 365 * 86_400)
    return try await store.temporaryURL(
      method: "PUT", object: signalObject, in: container, expires: end, key: key)
  }

  // MARK: - What the guest reads

  private func deployment(_ id: String, _ configuration: Value, _ action: String, _ url: String?) -> Value {
    let given = call.properties["input_values"]?.map ?? [:]
    var inputs: OrderedDictionary<String, Value> = [:]
    for input in configuration["inputs"]?.list ?? [] {
      guard let name = input["name"]?.string else { continue }
      inputs[name] = given[name] ?? input["default"] ?? ""
    }
    inputs.merge(given) { $1 }
    var config = configuration["config"] ?? ""
    if call.properties["input_key"] != nil || config.map != nil {
      config = filled(config, inputs, key: call.text("input_key") ?? "get_input")
    }
    inputs["deploy_server_id"] = .string(server)
    inputs["deploy_action"] = .string(action)
    inputs["deploy_stack_id"] = .string("\(call.stack.name)/\(call.stack.id)")
    inputs["deploy_resource_name"] = .string(call.logicalID)
    inputs["deploy_signal_transport"] = url == nil ? "NO_SIGNAL" : "TEMP_URL_SIGNAL"
    if let url {
      inputs["deploy_signal_id"] = .string(url)
      inputs["deploy_signal_verb"] = "PUT"
    }
    return [
      "id": .string(id), "name": .string(name), "group": configuration["group"] ?? "Heat::Ungrouped",
      "config": config, "options": configuration["options"] ?? [:],
      "inputs": .list(inputs.map { ["name": .string($0.key), "type": "String", "value": $0.value] }),
      "outputs": configuration["outputs"] ?? [],
    ]
  }

  /// A structured configuration with its inputs in their places.
  private func filled(_ value: Value, _ inputs: OrderedDictionary<String, Value>, key: String) -> Value {
    if let members = value.map {
      if members.count == 1, let name = members[key]?.string { return inputs[name] ?? .null }
      return .map(members.mapValues { filled($0, inputs, key: key) })
    }
    return value.list.map { .list($0.map { filled($0, inputs, key: key) }) } ?? value
  }

  // MARK: - What the guest tells

  private func wait() async throws -> Result {
    let limit = Duration.seconds(3600)
    let end = context.ambient.uptime() + limit
    while true {
      if let told = try await told() {
        let result = Result(told: told)
        guard result.code == 0 else { throw failure(result) }
        return result
      }
      let left = end - context.ambient.uptime()
      if left <= .zero {
        throw ResourceError(
          .timedOut, "server \(server) told nothing of \(name) within \(limit.components.seconds) s",
          hint: "look into the guest: os-collect-config fetches what it has to do and tells how it went")
      }
      try await call.signals.awaitSignal(
        to: call.logicalID, timeout: min(left, context.ambient.jitter(.seconds(3))))
    }
  }

  private func told() async throws -> Value? {
    if let signal = try await call.signals.signals(to: call.logicalID).last {
      let data = (try? Value.json(signal.data)) ?? ["deploy_stdout": .string(signal.data)]
      var members = data.map ?? [:]
      if !signal.isSuccess { members["deploy_status_code"] = members["deploy_status_code"] ?? 1 }
      return .map(members)
    }
    do {
      let bytes = try await store.get(signalObject, in: container)
      return bytes.count <= 1_048_576 ? (try? Value.json(bytes)) ?? [:] : [:]
    } catch let error as OpenStackError where error.code == .notFound || error.mayPass {
      return nil
    }
  }

  private func failure(_ result: Result) -> ResourceError {
    let words = result.told["deploy_stderr"]?.scalarText ?? ""
    let last = words.split(separator: "\n").suffix(3).joined(separator: "; ")
    return ResourceError(
      .signalledFailure,
      "\(name) ended with \(result.code) on server \(server)" + (last.isEmpty ? "" : ": \(last)"))
  }
}
