package import Document
import HTTP
import Secrets

extension Calls where Resource == Server {
  package enum Reboot: String, Sendable {
    /// Asks the guest to shut down.
    case soft = "SOFT"
    /// Pulls the plug.
    case hard = "HARD"
  }

  /// Creates a server; it is in `BUILD` until Nova is done.
  package func create(_ new: NewServer) async throws -> Server {
    try await get(try await begin(new))
  }

  /// Begins to create a server and gives its id, which is all that Nova says of it then.
  package func begin(_ new: NewServer) async throws -> String {
    try await begin(fields: new.body, hints: new.schedulerHints, needs: new.needs)
  }

  /// Begins to create a server from the API's own fields.
  package func begin(fields: Value, hints: Value? = nil, needs: Microversion? = nil) async throws -> String {
    let body = Value.object(given: [("server", fields), ("os:scheduler_hints", hints)])
    return try await one(Call(.compute, "POST", "/servers", body: .json(body), needs: needs)).id
  }

  /// All whose metadata has these values, among those whose name begins so.
  ///
  /// Nova can filter by name but not by metadata, so the name spares reading all of the project's servers.
  package func list(named prefix: String, metadata: [String: String] = [:]) async throws -> [Server] {
    let pattern = "^" + prefix.map { $0.isLetter || $0.isNumber ? String($0) : "[\($0)]" }.joined()
    return try await list(["name": prefix.contains("[") || prefix.contains("^") ? "" : pattern]).filter {
      server in
      server.name.hasPrefix(prefix) && metadata.allSatisfy { server.metadata[$0.key] == $0.value }
    }
  }

  // MARK: - Actions

  package func reboot(_ id: String, _ kind: Reboot) async throws {
    try await act(id, "reboot", ["type": .string(kind.rawValue)])
  }

  package func start(_ id: String) async throws { try await act(id, "os-start") }
  package func stop(_ id: String) async throws { try await act(id, "os-stop") }
  package func suspend(_ id: String) async throws { try await act(id, "suspend") }
  package func resume(_ id: String) async throws { try await act(id, "resume") }
  package func pause(_ id: String) async throws { try await act(id, "pause") }
  package func unpause(_ id: String) async throws { try await act(id, "unpause") }

  /// Makes its disk anew from an image, keeping id, ports, addresses and volumes.
  package func rebuild(_ id: String, imageID: String, userData: [UInt8]? = nil) async throws {
    let fields = Value.object(given: [
      ("imageRef", .string(imageID)), ("user_data", userData.map { .string(Base64.encode($0)) }),
    ])
    try await act(id, "rebuild", fields, needs: userData == nil ? nil : Microversion(2, 57))
  }

  /// Makes it anew on another host, which the scheduler chooses, when its own is down; only administrators may.
  package func evacuate(_ id: String) async throws {
    try await act(id, "evacuate", [:], needs: Microversion(2, 14))
  }

  /// Moves it to another flavor; it is in `VERIFY_RESIZE` until confirmed or reverted.
  package func resize(_ id: String, flavorID: String) async throws {
    try await act(id, "resize", ["flavorRef": .string(flavorID)])
  }

  package func confirmResize(_ id: String) async throws { try await act(id, "confirmResize") }
  package func revertResize(_ id: String) async throws { try await act(id, "revertResize") }

  package func addSecurityGroup(_ name: String, to id: String) async throws {
    try await act(id, "addSecurityGroup", ["name": .string(name)])
  }

  package func removeSecurityGroup(_ name: String, from id: String) async throws {
    try await act(id, "removeSecurityGroup", ["name": .string(name)])
  }

  /// Begins to make an image of its disk and gives the image's id.
  package func createImage(of id: String, named name: String) async throws -> String {
    let answer = try await act(
      id, "createImage", ["name": .string(name)], needs: Microversion(2, 45))
    return answer["image_id"]?.string ?? ""
  }

  /// The last lines of what the guest wrote to its serial console.
  package func consoleOutput(_ id: String, lines: Int = 100) async throws -> String {
    let answer = try await act(id, "os-getConsoleOutput", ["length": .integer(Int64(lines))])
    return answer["output"]?.string ?? ""
  }

  @discardableResult
  private func act(
    _ id: String, _ action: String, _ argument: Value = .null, needs: Microversion? = nil
  ) async throws -> Value {
    try await call("POST", id, "/action", body: [action: argument], needs: needs)
  }

  // MARK: - Metadata

  /// Sets the given keys and leaves the others.
  package func setMetadata(_ id: String, _ metadata: [String: String]) async throws {
    try await call("POST", id, "/metadata", body: ["metadata": Value(metadata)])
  }

  package func deleteMetadata(_ id: String, key: String) async throws {
    try await call("DELETE", id, "/metadata/" + percentEncoded(key))
  }
}
