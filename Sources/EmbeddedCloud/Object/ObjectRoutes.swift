import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  private static let methods: [Request.Method] = [.get, .head, .put, .post, .delete]

  /// Swift's paths (Object Storage API v1).
  ///
  /// They check for themselves who asks, as a temporary URL needs no token.
  static let objectRoutes = RouteTable(
    [Route(.get, "/info", isOpen: true) { $0.showObjectInfo($1) }],
    methods.map { method in
      Route(method, "/v1/{account}", isOpen: true) { cloud, call in
        try cloud.account(call, cloud.checkAccount(call))
      }
    },
    methods.map { method in
      Route(method, "/v1/{account}/{container}", isOpen: true) { cloud, call in
        try cloud.container(call, cloud.checkAccount(call))
      }
    },
    methods.map { method in
      Route(method, "/v1/{account}/{container}/{object*}", isOpen: true) { cloud, call in
        try cloud.object(call, cloud.checkObject(call))
      }
    })

  /// The project whose account a path names, if the request's token is for it.
  private func checkAccount(_ call: Call) throws(Refusal) -> String {
    guard let login = call.asked.headers["X-Auth-Token"].flatMap({ login($0) }) else {
      throw Self.needsLogin
    }
    let project = String(call["account"].dropFirst("AUTH_".count))
    guard login.project?.id == project else {
      throw Refusal(403, "Access was denied to this resource.")
    }
    return project
  }

  private func checkObject(_ call: Call) throws(Refusal) -> String {
    guard call.asked.value("temp_url_sig") != nil else { return try checkAccount(call) }
    try checkTemporaryURL(call.asked, account: call["account"])
    return String(call["account"].dropFirst("AUTH_".count))
  }

  private static let needsLogin = Refusal(
    401,
    "This server could not verify that you are authorized to access the document you requested.")

  private func showObjectInfo(_ call: Call) -> Answer {
    var answer = Answer(
      200,
      [
        "swift": [
          "version": "2.30.1", "strict_cors_mode": true,
          "policies": [["name": "Policy-0", "aliases": "Policy-0", "default": true]],
          "allow_account_management": false, "account_autocreate": true, "max_file_size": 5_368_709_122,
          "max_meta_name_length": 128, "max_meta_value_length": 256, "max_meta_count": 90,
          "max_meta_overall_size": 4096, "max_header_size": 8192, "max_object_name_length": 1024,
          "container_listing_limit": 10_000, "account_listing_limit": 10_000,
          "max_account_name_length": 256, "max_container_name_length": 256, "extra_header_count": 0,
        ],
        "slo": [
          "max_manifest_segments": 1000, "max_manifest_size": 8_388_608, "yield_frequency": 10,
          "min_segment_size": 1, "allow_async_delete": false,
        ],
        "bulk_delete": ["max_deletes_per_request": 10_000, "max_failed_deletes": 1000],
        "versioned_writes": ["allowed_flags": ["x-versions-location", "x-history-location"]],
        "tempurl": [
          "methods": ["GET", "HEAD", "PUT", "POST", "DELETE"], "incoming_remove_headers": ["x-timestamp"],
          "incoming_allow_headers": [], "outgoing_remove_headers": ["x-object-meta-*"],
          "outgoing_allow_headers": ["x-object-meta-public-*"],
          "allowed_digests": ["sha1", "sha256", "sha512"], "deprecated_digests": ["sha1"],
        ],
      ])
    answer.headers["Content-Type"] = "application/json; charset=UTF-8"
    return answer
  }
}
