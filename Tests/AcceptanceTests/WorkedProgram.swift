import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A program of `scripts/` that runs on whichever cloud, and what it has to say there, in order.
enum WorkedProgram: String {
  case upkeep, scaling, migrate, stepping, failover, keepalive

  private func milestones(isEmbedded: Bool) -> [String] {
    switch self {
    case .upkeep:
      [
        "CHECK_COMPLETE", "Disk\tDELETED", "Web\tMODIFIED", "\tmetadata\t{\"role\":\"mail\"}",
        "± Disk (OS::Cinder::Volume): it is gone from the cloud", "UPDATE_COMPLETE", "SUSPEND_COMPLETE",
        "RESUME_COMPLETE", "DELETE_SKIPPED", "IMPORT_COMPLETE", "all of it is gone",
      ]
    case .scaling:
      [
        "made: 2 servers", "asked for more: 3 servers", "ended: 3 servers", "quiet again: 2 servers",
        "one after the other: 2 servers, UPDATE_COMPLETE",
      ]
        + (isEmbedded
          ? [
            "can't be built:\tfalse\tNo valid host was found", "the group stays: 2 servers, UPDATE_COMPLETE",
            "the update waited: 2 servers, UPDATE_COMPLETE",
          ] : []) + ["all of it is gone"]
    case .stepping:
      [
        "\tpre-create\tDisk", "the disk's size\t2", "\tfailure\tDisk\tthe hook `small disks only` refuses it",
        "\tpre-create\tLabel", "the label is the disk\ttrue", "made\tCREATE_COMPLETE", "\tpre-update\tDisk",
        "changed\tUPDATE_COMPLETE\tleft as it was: Disk", "all of it is gone",
      ]
    case .failover:
      [
        "the address\t", "HA_RESTART", "HA_RECOVERED", "HA_SOFT_REBOOT", "HA_RECOVERED", "HA_CUSTOM",
        "HA_RECOVERED",
        "hard reboot Web: done", "look within 20 s: no", "fence Web: done", "move WebIp to Standby: done",
        "nothing is left",
      ]
    case .keepalive:
      [
        "the address\t203.0.113.", "up\tthe page is of",
        "== it is killed once", "HA_DETECTED", "HA_RESTART", "HA_RECOVERED", "it took\t",
        "== it is killed again and again", "HA_DETECTED", "HA_SOFT_REBOOT", "HA_ESCALATED", "HA_HARD_REBOOT",
        "HA_ESCALATED", "HA_REPLACE", "HA_RECOVERED", "it took\t",
        "== the new server is broken, too", "HA_DETECTED", "HA_RESTART", "HA_SOFT_REBOOT", "HA_HARD_REBOOT",
        "HA_CUSTOM", "HA_RECOVERED", "it took\t",
        "== why", "fence Web: done", "move WebIp to Standby: done", "nothing is left",
      ]
    case .migrate:
      [
        "IMPORT_COMPLETE", "migrate has 6 resources as Heat had them", "CHECK_COMPLETE", "DELETE_COMPLETE",
        "all of it is gone",
      ]
    }
  }

  var path: String { Program.top.appending(path: "scripts/\(rawValue).lua").path }

  func expect(of outcome: Program.Outcome, isEmbedded: Bool) throws {
    #expect(outcome.status == 0, "\(outcome.errors)")
    var rest = outcome.output[...]
    for milestone in milestones(isEmbedded: isEmbedded) {
      let found = try #require(rest.firstRange(of: milestone), "\(milestone) isn't in\n\(rest)")
      rest = rest[found.upperBound...]
    }
  }
}
