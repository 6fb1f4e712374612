import Ambience
import Document
import OpenStack
import OrderedCollections
package import StackEngine
package import Templates

/// Waits until guests have signalled success often enough: `AWS::CloudFormation::WaitCondition` and Heat's like it.
package struct WaitCondition: RecordOnlyType {
  package static let names = [
    "AWS::CloudFormation::WaitCondition", "OS::Heat::WaitCondition", "OS::Heat::SwiftSignal",
  ]

  package let name: String
  package let schema: ResourceSchema
  package let onlyWaits = true
  let context: OpenStackContext

  package func create(_ call: ResourceCall) async throws -> PhysicalResource {
    if call.waitsForSignals, call.properties[word("Handle")] == nil { return physical(call, [:]) }
    let address = SignalAddress(try call.required(word("Handle")), stack: call.stack)
    let count = Int(call.properties[word("Count")]?.integer ?? 1)
    let limit = Duration.seconds(call.text(word("Timeout")).flatMap { Double($0) } ?? 3600)
    let end = context.ambient.uptime() + limit
    var mail = Mail()
    while true {
      let signals = try await collect(address, call, &mail)
      if let failed = signals.values.first(where: { !$0.isSuccess }) {
        throw ResourceError(
          .signalledFailure,
          "the guest signalled a failure: \(failed.reason.isEmpty ? "it gave no reason" : failed.reason)")
      }
      if signals.count >= count { return physical(call, signals) }
      let left = end - context.ambient.uptime()
      if left <= .zero { throw timeout(call, limit, signals.count, count) }
      let pause = min(left, context.ambient.jitter(.seconds(3)))
      try await call.signals.awaitSignal(to: address?.logicalID ?? call.logicalID, timeout: pause)
    }
  }

  package func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    try await create(call)
  }

  package func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {}

  /// Heat writes the same words small.
  private func word(_ name: String) -> String { self.name.hasPrefix("OS::") ? name.lowercased() : name }

  private func physical(_ call: ResourceCall, _ signals: OrderedDictionary<String, Signal>)
    -> PhysicalResource
  {
    let data = Value.map(signals.mapValues { .string($0.data) })
    return PhysicalResource(id: call.physicalName, attributes: [word("Data"): .string(data.jsonText())])
  }

  private func timeout(_ call: ResourceCall, _ limit: Duration, _ come: Int, _ count: Int) -> ResourceError {
    ResourceError(
      .timedOut, "\(come) of \(count) signals came within \(limit.components.seconds) s",
      hint: "guests signal with cfn-signal; by hand: kiln stacks signal \(call.stack.name) \(call.logicalID)")
  }

  /// What has been read from the object store, so that nothing is fetched twice.
  private struct Mail {
    var versions: Set<String> = []
    var current: [UInt8] = []
  }

  /// All signals to the handle and to the condition itself, by id, those in the object store as well.
  private func collect(
    _ address: SignalAddress?, _ call: ResourceCall, _ mail: inout Mail
  ) async throws -> OrderedDictionary<String, Signal> {
    if case .object(let object, let container)? = address {
      do {
        for signal in try await fetch(object, in: container, &mail) {
          try await call.signals.record(signal, to: call.logicalID)
        }
      } catch let error as OpenStackError where error.code == .notFound || error.mayPass {
        // Nothing has come yet, or it can't be seen now.
      }
    }
    var all = try await call.signals.signals(to: call.logicalID)
    if let handle = address?.logicalID { all += try await call.signals.signals(to: handle) }
    return OrderedDictionary(all.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
  }

  /// The signals that have come to an object since the last look.
  private func fetch(_ object: String, in container: String, _ mail: inout Mail) async throws -> [Signal] {
    let store = context.cloud.object
    let current = try await store.read(object, in: container)
    var letters: [(written: String, bytes: [UInt8])] = []
    for version in try await store.versions(of: object, in: container).map(\.name)
    where !mail.versions.contains(version) {
      let written = version.split(separator: "/").last.map(String.init) ?? version
      letters.append((written, try await store.get(version, in: container)))
      mail.versions.insert(version)
    }
    if letters.isEmpty, current.bytes == mail.current { return [] }
    mail.current = current.bytes
    return (letters + [current]).compactMap { Self.signal($0.bytes, written: $0.written) }
  }

  /// Reads what `cfn-signal` sends, or what Heat's guests do in the same words written small; nil for anything else.
  ///
  /// One without an id is called by when it was written.
  static func signal(_ bytes: [UInt8], written: String = "") -> Signal? {
    guard bytes.count <= 65_536 else { return nil }
    if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0A }), !written.isEmpty {
      return Signal(id: written, isSuccess: true, reason: "", data: "")
    }
    guard let value = try? Value.json(bytes), value.map != nil else { return nil }
    func word(_ name: String) -> String? { (value[name] ?? value[name.lowercased()])?.scalarText }
    let status = word("Status") ?? "SUCCESS"
    let id = value["UniqueId"]?.scalarText ?? value["id"]?.scalarText ?? written
    guard !id.isEmpty, ["SUCCESS", "FAILURE"].contains(status) else { return nil }
    return Signal(
      id: id, isSuccess: status == "SUCCESS", reason: word("Reason") ?? "",
      data: (value["Data"] ?? value["data"]).map { $0.scalarText ?? $0.jsonText() } ?? "")
  }
}
