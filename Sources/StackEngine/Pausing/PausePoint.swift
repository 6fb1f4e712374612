package import Templates

/// A point of a resource's step at which an operation can be held up.
package struct PausePoint: Sendable, Hashable {
  /// When: before or after, as Heat's hooks are called, or once the step has failed.
  package enum Moment: String, Sendable, CaseIterable {
    case preCreate = "pre-create"
    case postCreate = "post-create"
    /// Before a change in place, and before a replacement is made.
    case preUpdate = "pre-update"
    case postUpdate = "post-update"
    case preDelete = "pre-delete"
    case postDelete = "post-delete"
    case failure

    package init(_ hook: ResourceRegistry.Hook) {
      self =
        switch hook {
        case .preCreate: .preCreate
        case .postCreate: .postCreate
        case .preUpdate: .preUpdate
        case .postUpdate: .postUpdate
        case .preDelete: .preDelete
        case .postDelete: .postDelete
        }
    }

    /// Whether nothing of the step is done yet.
    package var isBefore: Bool { [.preCreate, .preUpdate, .preDelete].contains(self) }

    /// What a breakpoint can name: all but a failure.
    package static let hooks = allCases.filter { $0 != .failure }
  }

  package let moment: Moment
  package let logicalID: String
  /// The physical resource's name, where a logical ID may have several: in deletions.
  let physicalName: String?

  init(_ moment: Moment, _ logicalID: String, physicalName: String? = nil) {
    self.moment = moment
    self.logicalID = logicalID
    self.physicalName = physicalName
  }
}
