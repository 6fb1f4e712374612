/// What the engine must know of the cloud that it works on: what pseudo parameters and limits come from.
package struct Surroundings: Sendable {
  /// `AWS::Region`.
  package var region: String
  /// `AWS::AccountId`: the project's id.
  package var account: String
  /// What `Fn::GetAZs` gives.
  package var zones: [String]
  /// How many resources of one operation may be worked on at once.
  ///
  /// What a service bears is none of it: the client paces its requests by what each service answers. It bounds the
  /// memory that waiting steps take, some 25 kB each.
  package var concurrency: Int
  /// For how long a resource is tried again while a service is away.
  package var patience: Duration

  package init(
    region: String = "RegionOne", account: String = "", zones: [String] = ["nova"], concurrency: Int = 1024,
    patience: Duration = .seconds(300)
  ) {
    self.region = region
    self.account = account
    self.zones = zones
    self.concurrency = concurrency
    self.patience = patience
  }
}
