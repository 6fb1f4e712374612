import Document
import HTTP

extension EmbeddedCloud {
  /// Nova's paths (Compute API v2.1).
  static let computeRoutes = RouteTable(
    [
      Route(.get, "/", isOpen: true) { $0.computeVersions($1) },
      Route(.get, "/v2.1", isOpen: true) { $0.showComputeVersion($1) },
      Route(.get, "/v2.1/flavors") { try $0.listFlavors($1, isDetailed: false) },
      Route(.get, "/v2.1/flavors/detail") { try $0.listFlavors($1, isDetailed: true) },
      Route(.get, "/v2.1/flavors/{id}") { try $0.showFlavor($1) },
      Route(.get, "/v2.1/flavors/{id}/os-extra_specs") { try $0.showExtraSpecs($1) },
      Route(.get, "/v2.1/os-keypairs") { try $0.listKeyPairs($1) },
      Route(.post, "/v2.1/os-keypairs") { try $0.createKeyPair($1) },
      Route(.get, "/v2.1/os-keypairs/{name}") { try $0.showKeyPair($1) },
      Route(.delete, "/v2.1/os-keypairs/{name}") { try $0.deleteKeyPair($1) },
      Route(.get, "/v2.1/os-server-groups") { try $0.listServerGroups($1) },
      Route(.post, "/v2.1/os-server-groups") { try $0.createServerGroup($1) },
      Route(.get, "/v2.1/os-server-groups/{id}") { try $0.showServerGroup($1) },
      Route(.delete, "/v2.1/os-server-groups/{id}") { try $0.deleteServerGroup($1) },
      Route(.get, "/v2.1/os-availability-zone") { $0.listZones($1) },
      Route(.get, "/v2.1/limits") { $0.showComputeLimits($1) },
      Route(.get, "/v2.1/os-quota-sets/{project}") { $0.showComputeQuota($1) },
      Route(.get, "/v2.1/os-quota-sets/{project}/detail") { $0.detailComputeQuota($1) },
    ],
    [
      Route(.get, "/v2.1/servers") { try $0.listServers($1, isDetailed: false) },
      Route(.get, "/v2.1/servers/detail") { try $0.listServers($1, isDetailed: true) },
      Route(.post, "/v2.1/servers") { try $0.createServer($1) },
      Route(.post, "/v2.1/os-volumes_boot") { try $0.createServer($1) },
      Route(.get, "/v2.1/servers/{id}") { try $0.showServer($1) },
      Route(.put, "/v2.1/servers/{id}") { try $0.updateServer($1) },
      Route(.delete, "/v2.1/servers/{id}") { try $0.deleteServer($1) },
      Route(.post, "/v2.1/servers/{id}/action") { try $0.actOnServer($1) },
      Route(.get, "/v2.1/servers/{id}/ips") { try $0.showAddresses($1) },
      Route(.get, "/v2.1/servers/{id}/os-security-groups") { try $0.showServerGroups($1) },
      Route(.get, "/v2.1/servers/{id}/os-instance-actions") { try $0.listActions($1) },
    ],
    [
      Route(.get, "/v2.1/servers/{id}/metadata") { try $0.showMetadata($1) },
      Route(.post, "/v2.1/servers/{id}/metadata") { try $0.addMetadata($1) },
      Route(.put, "/v2.1/servers/{id}/metadata") { try $0.replaceMetadata($1) },
      Route(.get, "/v2.1/servers/{id}/metadata/{key}") { try $0.showMetadataItem($1) },
      Route(.put, "/v2.1/servers/{id}/metadata/{key}") { try $0.setMetadataItem($1) },
      Route(.delete, "/v2.1/servers/{id}/metadata/{key}") { try $0.deleteMetadataItem($1) },
      Route(.get, "/v2.1/servers/{id}/tags") { try $0.showServerTags($1) },
      Route(.put, "/v2.1/servers/{id}/tags") { try $0.setServerTags($1) },
      Route(.delete, "/v2.1/servers/{id}/tags") { try $0.clearServerTags($1) },
      Route(.get, "/v2.1/servers/{id}/os-volume_attachments") { try $0.listAttachments($1) },
      Route(.post, "/v2.1/servers/{id}/os-volume_attachments") { try $0.attachVolume($1) },
      Route(.get, "/v2.1/servers/{id}/os-volume_attachments/{volume}") { try $0.showAttachment($1) },
      Route(.delete, "/v2.1/servers/{id}/os-volume_attachments/{volume}") { try $0.detachVolume($1) },
      Route(.get, "/v2.1/servers/{id}/os-interface") { try $0.listInterfaces($1) },
      Route(.post, "/v2.1/servers/{id}/os-interface") { try $0.attachInterface($1) },
      Route(.get, "/v2.1/servers/{id}/os-interface/{port}") { try $0.showInterface($1) },
      Route(.delete, "/v2.1/servers/{id}/os-interface/{port}") { try $0.detachInterface($1) },
    ])
}
