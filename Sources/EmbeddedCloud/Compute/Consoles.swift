import Ambience
import Document
import OrderedCollections

// Where servers' consoles can be used; what is there is a URL, as nobody looks at it.

extension EmbeddedCloud {
  private static let consoleTypes = ["novnc", "xvpvnc", "rdp-html5", "spice-html5", "serial", "webmks"]
  private static let consoleProtocols = ["vnc", "spice", "rdp", "serial", "mks"]

  func makeConsole(_ call: Call) throws(Refusal) -> Answer {
    guard call.has(6) else { throw Refusal(404, "The resource could not be found.") }
    let server = try server(call["id"], call)
    let given = try call.fields("remote_console")
    for (name, known) in [("protocol", Self.consoleProtocols), ("type", Self.consoleTypes)] {
      guard let text = given[name]?.scalarText else {
        let shown = given.map { "'\($0.key)': '\($0.value.scalarText ?? "")'" }.joined(separator: ", ")
        throw .badRequest(
          "Invalid input for field/attribute remote_console. Value: {\(shown)}. '\(name)' is a required "
            + "property")
      }
      guard known.contains(text) else {
        let list = known.map { "'\($0)'" }.joined(separator: ", ")
        throw .badRequest(
          "Invalid input for field/attribute \(name). Value: \(text). '\(text)' is not one of [\(list)]")
      }
    }
    let (type, proto) = (given.text("type"), given.text("protocol"))
    if type == "xvpvnc", proto == "vnc" { throw .badRequest("Invalid console type xvpvnc") }
    guard type == "novnc", proto == "vnc" else { throw .badRequest("Unavailable console type \(type).") }
    let url = try consoleURL(server)
    return Answer(200, ["remote_console": ["protocol": "vnc", "type": "novnc", "url": .string(url)]])
  }

  /// The way of before remote consoles.
  func oldConsole(_ server: Server, _ call: Call) throws(Refusal) -> Answer {
    if call.has(6) { throw Refusal(404, "The resource could not be found.") }
    return Answer(200, ["console": ["type": "novnc", "url": .string(try consoleURL(server))]])
  }

  private func consoleURL(_ server: Server) throws(Refusal) -> String {
    guard server.state.machine != .building else {
      throw .conflict("Instance \(server.id) is not ready")
    }
    return "http://127.0.0.1:6080/vnc_auto.html?path=%3Ftoken%3D" + ambient.uuid()
  }
}
