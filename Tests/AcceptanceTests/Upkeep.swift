import Testing

/// What `scripts/upkeep.lua` has to say, on whichever cloud.
enum Upkeep {
  private static let milestones = [
    "CHECK_COMPLETE", "Disk\tDELETED", "Web\tMODIFIED", "\tmetadata\t{\"role\":\"mail\"}",
    "± Disk (OS::Cinder::Volume): it is gone from the cloud", "UPDATE_COMPLETE", "SUSPEND_COMPLETE",
    "RESUME_COMPLETE", "DELETE_SKIPPED", "IMPORT_COMPLETE", "all of it is gone",
  ]

  static func expect(of outcome: Program.Outcome) throws {
    #expect(outcome.status == 0, "\(outcome.errors)")
    var rest = outcome.output[...]
    for milestone in milestones {
      let found = try #require(rest.firstRange(of: milestone), "\(milestone) isn't in\n\(rest)")
      rest = rest[found.upperBound...]
    }
  }
}
