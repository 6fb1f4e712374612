import OpenStack
import StackEngine

/// Where a guest's signals to a wait condition go.
enum SignalAddress: Hashable {
  /// An object that a guest may write; its name begins with the handle's logical ID.
  case object(String, container: String)
  /// Nowhere in the cloud: only kiln itself can signal.
  case handle(String)

  static let prefix = "kiln:signal/"

  static func local(_ call: ResourceCall) -> String { "\(prefix)\(call.stack.name)/\(call.logicalID)" }

  static func container(_ call: ResourceCall) -> String { "kiln-\(call.stack.id)" }
  static func object(_ call: ResourceCall) -> String { "\(call.logicalID)/\(call.physicalName)" }

  /// Reads what a handle's `Ref` gave.
  init?(_ url: String, stack: StackIdentity) {
    if url.hasPrefix(Self.prefix) {
      self = .handle(String(url.split(separator: "/").last ?? ""))
      return
    }
    let container = "kiln-\(stack.id)"
    guard let found = url.ranges(of: "/\(container)/").first else { return nil }
    self = .object(String(url[found.upperBound...].prefix { $0 != "?" }), container: container)
  }

  /// The logical ID of the handle.
  var logicalID: String {
    switch self {
    case .object(let name, _): String(name.prefix { $0 != "/" })
    case .handle(let id): id
    }
  }
}
