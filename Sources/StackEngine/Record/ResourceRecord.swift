package import Ambience
package import Document
internal import OrderedCollections
package import Templates

/// All that the journal knows of one physical resource of a stack.
package struct ResourceRecord: Sendable, Hashable {
  package var logicalID: String
  package var type: String
  /// The name that it has or gets in the cloud; no other resource of the stack has or had it.
  package var physicalName: String
  package var status: ResourceStatus
  package var reason: String
  /// What exists; nil before that is known.
  package var physical: PhysicalResource?
  /// What it was last given with success.
  package var properties: Properties
  /// The names of the properties that updates which didn't end may have changed.
  package var uncertain: Set<String> = []
  /// The `Metadata` that it was last given.
  package var metadata: Value?
  /// Whether a secret went into the metadata, which is then sealed in the journal.
  package var metadataIsSecret: Bool
  /// The stack's tags that it was last given.
  package var tags = Tags()
  /// The logical IDs that it needs: what deletion orders by.
  package var dependencies: [String]
  package var deletionPolicy: ResourceDefinition.DeletionPolicy
  package var updateReplacePolicy: ResourceDefinition.DeletionPolicy
  /// The operation that made it.
  package var createdBy: String
  /// Whether it was there before, and that operation only took it into the stack.
  package var isImported = false
  /// Whether a replacement has taken its logical ID.
  package var isSuperseded: Bool
  package var updated: Timestamp

  package init(
    logicalID: String, type: String, physicalName: String, status: ResourceStatus, reason: String = "",
    physical: PhysicalResource? = nil, properties: Properties = Properties(), metadata: Value? = nil,
    metadataIsSecret: Bool = false, dependencies: [String] = [],
    deletionPolicy: ResourceDefinition.DeletionPolicy = .delete,
    updateReplacePolicy: ResourceDefinition.DeletionPolicy = .delete, createdBy: String,
    isSuperseded: Bool = false, updated: Timestamp
  ) {
    self.logicalID = logicalID
    self.type = type
    self.physicalName = physicalName
    self.status = status
    self.reason = reason
    self.physical = physical
    self.properties = properties
    self.metadata = metadata
    self.metadataIsSecret = metadataIsSecret
    self.dependencies = dependencies
    self.deletionPolicy = deletionPolicy
    self.updateReplacePolicy = updateReplacePolicy
    self.createdBy = createdBy
    self.isSuperseded = isSuperseded
    self.updated = updated
  }
}

extension ResourceRecord {
  /// The reason of a creation that was given up while it went on.
  static let cancelledCreation = "Resource creation cancelled"
  /// Why what others have deleted is to be made again.
  static let goneFromCloud = "it is gone from the cloud"

  /// Whether nobody waited for the answer to what was done with it last.
  var isCutOff: Bool { status != .createFailed || reason == Self.cancelledCreation }

  /// Whether it never was whole.
  var isOfFailedCreation: Bool { status == .createInProgress || status == .createFailed }

  /// Whether a plan can build on it as it is recorded.
  var isAsRecorded: Bool { status.isUsable && uncertain.isEmpty }

  /// What an update is told that it was given: without what isn't certain, so that it is given again.
  ///
  /// What it may have got though it is wanted no more is there without a value.
  func known(wanting wanted: Properties) -> Properties {
    var known = properties
    for name in uncertain.sorted() {
      if wanted[name] != nil {
        known.values[name] = nil
      } else if known[name] == nil {
        known.values[name] = .null
      }
    }
    return known
  }

  /// The names of the properties that differ, or may, once an update to others has begun.
  func uncertain(becoming wanted: Properties) -> Set<String> {
    let names = Set(properties.values.keys).union(wanted.values.keys)
    return uncertain.union(names.filter { properties[$0] != wanted[$0] })
  }
}

/// The state of a resource, named as CloudFormation names it, and as Heat where CloudFormation has no word.
package enum ResourceStatus: String, Sendable, CaseIterable {
  case createInProgress = "CREATE_IN_PROGRESS"
  case createComplete = "CREATE_COMPLETE"
  case createFailed = "CREATE_FAILED"
  case updateInProgress = "UPDATE_IN_PROGRESS"
  case updateComplete = "UPDATE_COMPLETE"
  case updateFailed = "UPDATE_FAILED"
  case deleteInProgress = "DELETE_IN_PROGRESS"
  case deleteComplete = "DELETE_COMPLETE"
  case deleteFailed = "DELETE_FAILED"
  /// Kept by its deletion policy; the stack no longer knows it.
  case deleteSkipped = "DELETE_SKIPPED"
  case importInProgress = "IMPORT_IN_PROGRESS"
  case importComplete = "IMPORT_COMPLETE"
  case importFailed = "IMPORT_FAILED"
  case checkComplete = "CHECK_COMPLETE"
  /// It is gone, doesn't work, or was marked as unhealthy: the next update replaces it.
  case checkFailed = "CHECK_FAILED"
  case suspendInProgress = "SUSPEND_IN_PROGRESS"
  case suspendComplete = "SUSPEND_COMPLETE"
  case suspendFailed = "SUSPEND_FAILED"
  case resumeInProgress = "RESUME_IN_PROGRESS"
  case resumeComplete = "RESUME_COMPLETE"
  case resumeFailed = "RESUME_FAILED"

  package var isFailure: Bool { rawValue.hasSuffix("_FAILED") }
  package var isInProgress: Bool { rawValue.hasSuffix("_IN_PROGRESS") }
  /// Whether a plan can build on the resource as it is.
  package var isUsable: Bool {
    switch self {
    case .createComplete, .updateComplete, .importComplete, .checkComplete, .resumeComplete,
      .suspendComplete:
      true
    case .createInProgress, .createFailed, .updateInProgress, .updateFailed, .deleteInProgress,
      .deleteComplete, .deleteFailed, .deleteSkipped, .importInProgress, .importFailed,
      .checkFailed, .suspendInProgress, .suspendFailed, .resumeInProgress, .resumeFailed:
      false
    }
  }
}
