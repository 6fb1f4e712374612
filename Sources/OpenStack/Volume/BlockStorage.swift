/// Cinder's calls (Block Storage API v3).
package struct BlockStorage: Sendable {
  let cloud: Cloud

  package var volumes: Calls<Volume> { Calls(cloud) }
  package var snapshots: Calls<Snapshot> { Calls(cloud) }
  package var backups: Calls<Backup> { Calls(cloud) }
  package var types: Calls<VolumeType> { Calls(cloud) }
}
