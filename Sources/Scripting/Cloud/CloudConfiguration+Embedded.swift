import EmbeddedCloud
package import OpenStack
import Secrets

extension CloudConfiguration {
  /// How to log in to the cloud in memory, as its ordinary user or as its administrator.
  package static func embedded(named name: String = "embedded", isAdmin: Bool = false) -> CloudConfiguration {
    let domain = Domain.id("default")
    let user = isAdmin ? Account.administrator : Account.user
    return CloudConfiguration(
      name: name, authURL: EmbeddedCloud.address + "/identity/v3",
      login: .password(user: .name(user, domain), password: Secret(isAdmin ? user : Account.password)),
      scope: .project(.name(Account.project, domain)), region: "RegionOne")
  }
}
