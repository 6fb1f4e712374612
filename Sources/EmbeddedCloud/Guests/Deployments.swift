import Ambience
import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  /// Does what os-collect-config does in a guest that was told where its deployments are: looks there every few
  /// seconds, and tells of each new one that it went well.
  func collect(_ data: UserData, _ server: Server, _ fault: Fault.Effect?) {
    guard let url = data.metadata?["os-collect-config"]?["request"]?["metadata_url"]?.string else { return }
    look(at: url, server, fault)
  }

  private func look(at url: String, _ server: Server, _ fault: Fault.Effect?) {
    later(.milliseconds(900)) { cloud in
      guard let now = cloud.servers[server.id], now.epoch == server.epoch,
        cloud.guests[server.id]?.isRunning ?? false
      else { return }
      for deployment in cloud.deployments(at: url) {
        guard let id = deployment["id"]?.string,
          cloud.guests[server.id]?.deployed.insert(id).inserted ?? false
        else { continue }
        cloud.answer(deployment, fault)
      }
      cloud.look(at: url, server, fault)
    }
  }

  private func deployments(at url: String) -> [Value] {
    guard let answer = fetch(url), let content = try? Value.json(answer) else { return [] }
    return content["deployments"]?.list ?? []
  }

  private func answer(_ deployment: Value, _ fault: Fault.Effect?) {
    var inputs: [String: String] = [:]
    for input in deployment["inputs"]?.list ?? [] {
      if let name = input["name"]?.string { inputs[name] = input["value"]?.scalarText }
    }
    guard let url = inputs["deploy_signal_id"] else { return }
    var told: Fields = ["deploy_stdout": "", "deploy_stderr": "", "deploy_status_code": 0]
    for output in deployment["outputs"]?.list ?? [] {
      if let name = output["name"]?.string { told[name] = "" }
    }
    if case .failGuest(let reason) = fault {
      told["deploy_status_code"] = 1
      told["deploy_stderr"] = .string(reason)
    }
    let bytes = Array(Value.map(told).jsonText().utf8)
    tell(Request(.put, url, headers: ["Content-Type": ""], body: bytes))
  }
}
