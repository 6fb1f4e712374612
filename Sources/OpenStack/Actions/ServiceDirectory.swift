/// All that can be done with one service of a cloud, as data.
package struct ServiceDirectory: Sendable {
  /// How scripts name it, such as `compute`.
  package let name: String
  package let service: Service
  package let summary: String
  package let kinds: [ResourceKind]
  /// What is done with the service as a whole.
  package let actions: [Action]

  init(_ name: String, _ service: Service, _ summary: String, kinds: [ResourceKind], actions: [Action] = []) {
    self.name = name
    self.service = service
    self.summary = summary
    self.kinds = kinds
    self.actions = actions
  }

  /// Every service that has calls of its own; any other is reached by `Cloud.request`.
  package static let all: [ServiceDirectory] = [
    .compute, .network, .volume, .image, .object, .identity, .orchestration, .loadBalancer, .dns, .keyManager,
  ]

  package func kind(_ word: String) -> ResourceKind? { kinds.first { $0.word == word || $0.words == word } }
}
