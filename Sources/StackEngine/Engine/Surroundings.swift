/// What the engine must know of the cloud that it works on: what pseudo parameters and limits come from.
package struct Surroundings: Sendable {
  /// `AWS::Region`.
  package var region: String
  /// `AWS::AccountId`: the project's id.
  package var account: String
  /// What `Fn::GetAZs` gives.
  package var zones: [String]
  /// How many resources of one operation may be worked on at once.
  package var concurrency: Int

  package init(
    region: String = "RegionOne", account: String = "", zones: [String] = ["nova"], concurrency: Int = 64
  ) {
    self.region = region
    self.account = account
    self.zones = zones
    self.concurrency = concurrency
  }
}
