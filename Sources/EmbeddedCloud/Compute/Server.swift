import Ambience
import Document
import OrderedCollections

/// A server as the cloud keeps it.
struct Server: Sendable {
  /// A thing that was done with a server.
  struct Action: Sendable {
    let name: String
    let request: String
    let time: Timestamp
    /// `Error` where it failed.
    var message: String?
  }

  /// What went wrong with a server last.
  struct Fault: Sendable {
    var code = 500
    let message: String
    let time: Timestamp
  }

  let id: String
  /// By what the hypervisor tells it from all others that ever were.
  let number: Int
  let project: String
  let user: String
  let created: Timestamp
  var name: String
  var state = ServerState(.building, "scheduling")
  var updated: Timestamp
  var launched: Timestamp?
  /// Nil when it boots from a volume.
  var image: String?
  var flavor: Fields
  /// What a resize that isn't confirmed goes back to.
  var oldFlavor: Fields?
  var key: String?
  var metadata: Fields = [:]
  var tags: [String] = []
  var description: String?
  var zone: String?
  var groups: [String] = []
  /// Base64, as it was given.
  var userData: String?
  var hasConfigDrive = false
  /// Whether its owner has to unlock it before anything is done with it.
  var isLocked = false
  /// What it comes back from while it is shelved.
  var shelfImage: String?
  var fault: Fault?
  var serverGroup: String?
  /// The volumes that go with it when it is deleted.
  var ownVolumes: Set<String> = []
  var actions: [Action] = []
  /// Counts what was begun, so that what has been overtaken does nothing.
  var epoch = 0

  var isPlaced: Bool { state != ServerState(.building, "scheduling") }
  /// Whether it is on a host, which it leaves again when it is shelved and offloaded.
  var hasHost: Bool { isPlaced && state.machine != .shelvedOffloaded }
}

extension EmbeddedCloud {
  func server(_ id: String, _ call: Call) throws(Refusal) -> Server {
    guard let server = servers[id], call.isAdmin || server.project == call.project else {
      throw .notFound("Instance \(id) could not be found.")
    }
    return server
  }

  /// One step of what is being done with a server: the state that begins after a span.
  struct Step: Sendable {
    let after: Duration
    let state: ServerState

    init(_ after: Duration, _ machine: ServerState.Machine, _ task: String? = nil) {
      self.after = after
      state = ServerState(machine, task)
    }
  }

  /// Takes a server through states, unless something else begins with it in the meantime; then does something.
  func walk(_ id: String, _ steps: [Step], then end: @escaping Agenda.Act = { _ in }) {
    servers[id]?.epoch += 1
    guard let epoch = servers[id]?.epoch else { return }
    var due = Duration.zero
    for (index, step) in steps.enumerated() {
      due += step.after
      let isLast = index == steps.count - 1
      let act: Agenda.Act = { cloud in
        guard cloud.servers[id]?.epoch == epoch else { return }
        cloud.enter(id, step.state)
        if isLast { end(cloud) }
      }
      if due == .zero { act(self) } else { later(due, act) }
    }
  }

  func enter(_ id: String, _ state: ServerState) {
    servers[id]?.state = state
    servers[id]?.updated = now
    guard state == ServerState(.active), servers[id]?.launched == nil else { return }
    servers[id]?.launched = now
  }
}
