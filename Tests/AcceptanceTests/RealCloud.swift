import Ambience
import Document
import Foundation
import Glibc
import HTTP
import OpenStack
import OrderedCollections
import StackEngine
import Store
import Testing

/// The real cloud that tests launch on, and one test's kiln for it: a folder, a journal and a key pair of its own.
struct RealCloud {
  /// The cloud's name in `clouds.yaml`; nil when these tests are to be skipped.
  static let name = getenv("KILN_TESTBED_CLOUD").map { String(cString: $0) }

  let program: Program
  let cloud: Cloud
  /// The name of this test's stack and key pair.
  let stack: String
  private let transport = CurlTransport(CurlTransport.Options())

  init() throws {
    program = try Program()
    stack = "kiln-test-\(UUID().uuidString.prefix(8).lowercased())"
    let configuration = try CloudConfiguration.load(
      cloud: Self.name, environment: ProcessInfo.processInfo.environment)
    let ambient = Ambient.system()
    cloud = Cloud(
      configuration: configuration, transport: RetryingTransport(transport, ambient: ambient),
      ambient: ambient)
  }

  // MARK: - kiln

  /// The variables that lead a test's kiln to the cloud.
  private var environment: [String: String] {
    let variables = ProcessInfo.processInfo.environment
    let home = variables["HOME"] ?? "/"
    let given = variables["OS_CLIENT_CONFIG_FILE"] ?? "\(home)/.config/openstack/clouds.yaml"
    var leading = ["OS_CLIENT_CONFIG_FILE": given, "OS_CLOUD": Self.name ?? ""]
    leading["OS_CLIENT_SECURE_FILE"] = variables["OS_CLIENT_SECURE_FILE"]
    return leading
  }

  func run(_ arguments: String...) async throws -> Program.Outcome {
    try await program.run(arguments, environment: environment)
  }

  /// Runs kiln and expects that it succeeds.
  func succeed(_ arguments: String...) async throws {
    let outcome = try await program.run(arguments, environment: environment)
    try #require(outcome.status == 0, "kiln \(arguments.joined(separator: " ")): \(outcome.errors)")
  }

  func start(_ arguments: String...) throws -> RunningProgram {
    try program.start(arguments, environment: environment)
  }

  /// Starts what boots this test's servers, and waits until it does.
  func startGuests() async throws -> RunningProgram {
    var variables = environment
    variables["OS_CLOUD"] = nil
    let guests = try program.start(
      ["\(stack)-"], program: Program.top.appending(path: "scripts/guests").path, environment: variables)
    try await guests.waitForErrors(containing: "ready")
    return guests
  }

  /// The stack as the journal has it; nil when it isn't there yet.
  func record() async throws -> StackRecord? {
    let file = program.folder.appending(path: "state/kiln/\(Self.name ?? "").sqlite").path
    guard access(file, R_OK) == 0 else { return nil }
    return try await SQLiteJournal(path: file).stack(named: stack)
  }

  /// The reference of a resource once it has one, which must be within two minutes.
  func reference(of logicalID: String) async throws -> String {
    for _ in 0..<480 {
      if let found = try await record()?.resources[logicalID]?.physical?.reference.string { return found }
      try await Task.sleep(for: .milliseconds(250))
    }
    throw Diagnostic("no_reference", "\(logicalID) of \(stack) did not come to be")
  }

  // MARK: - The guest

  /// Signals as `cfn-signal` does.
  func signal(_ url: String, id: String, data: String = "") async throws {
    let letter: Value = [
      "Status": "SUCCESS", "Reason": "set up", "UniqueId": .string(id), "Data": .string(data),
    ]
    let answer = try await transport.send(
      Request(.put, url, headers: ["Content-Type": ""], body: Array(letter.jsonText().utf8)))
    try #require(answer.status == 201, "the signal's URL answered \(answer.status)")
  }

  /// The page at an address, as anybody sees it; nil where none is served.
  func page(at address: String, within timeout: Duration = .seconds(2)) async -> String? {
    let request = Request(.get, "http://\(address)/", timeout: timeout)
    guard let answer = try? await transport.send(request), answer.status == 200 else { return nil }
    return String(decoding: answer.body, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  // MARK: - The cloud

  /// What was done to a server, the oldest first, as Nova has it; also of one that is gone.
  func deeds(of server: String) async throws -> [String] {
    let answer = try await cloud.request(
      service: "compute", method: "GET", path: "/servers/\(server)/os-instance-actions")
    return (answer["instanceActions"]?.list ?? []).compactMap { $0["action"]?.string }.reversed()
  }

  func makeKey() async throws {
    _ = try await cloud.request(
      service: "compute", method: "POST", path: "/os-keypairs", body: ["keypair": ["name": .string(stack)]])
  }

  func deleteKey() async throws {
    _ = try await cloud.request(service: "compute", method: "DELETE", path: "/os-keypairs/\(stack)")
  }

  /// How many of each kind of thing there are that this stack made, listed without kiln's journal but for the
  /// keys and ports, which bear no name.
  func inventory(of record: StackRecord?) async throws -> [String: Int] {
    let ids = Set(record?.resources.values.compactMap { $0.physical?.id } ?? [])
    let container = "kiln-\(record?.head.identity.id ?? "none")"
    let servers = try await cloud.compute.servers.list()
    let volumes = try await cloud.volume.volumes.list()
    let ports = try await cloud.network.ports.list()
    let groups = try await cloud.network.securityGroups.list()
    let addresses = try await cloud.network.floatingIPs.list()
    let keys = try await cloud.identity.ec2Credentials().list()
    var counts: [String: Int] = [:]
    counts["server"] = servers.count { isOwn($0.name) }
    counts["volume"] = volumes.count { isOwn($0.name) }
    counts["port"] = ports.count { ids.contains($0.deviceID ?? "") }
    counts["group"] = groups.count { isOwn($0.name) }
    counts["address"] = addresses.count {
      isOwn($0.raw["description"]?.string?.dropFirst("kiln ".count) ?? "")
    }
    counts["key"] = keys.count { ids.contains($0.access) }
    counts["container"] = try await cloud.object.containers(prefix: container).count
    return counts.filter { $0.value > 0 }
  }

  private func isOwn(_ name: some StringProtocol) -> Bool { name.hasPrefix("\(stack)-") }
}
