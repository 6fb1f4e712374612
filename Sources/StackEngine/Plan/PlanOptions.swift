/// What a plan is made with beside template and parameters.
package struct PlanOptions: Sendable {
  /// Whether the cloud is asked whether what the parameters name is there.
  package var checksConstraints = true
  /// Whether the plan starts from what the cloud has now instead of what the stack last made: it then also takes
  /// back what others have changed, and makes again what is gone.
  package var refreshes = false
  /// What is there already and is taken into the stack as it is: physical IDs by logical ID.
  package var imports: [String: String] = [:]
  /// What the stack is tagged with; nil for the tags that it has.
  package var tags: Tags?
  /// The stack policy of a new stack, or that which counts for this update only; nil for the stack's.
  package var policy: StackPolicy?
  /// The UUID that a new stack gets; nil for one of its own.
  var stackID: String?
  /// What other stacks offer; nil for what they have now.
  var elsewhere: Elsewhere?
  /// The parameters that have no values yet, and what these come from.
  var later: [String: Set<String>] = [:]
  /// The stacks that are planned with it, which needn't be told of what they use of it.
  var group: Set<String> = []

  package init(checksConstraints: Bool = true, refreshes: Bool = false, imports: [String: String] = [:]) {
    self.checksConstraints = checksConstraints
    self.refreshes = refreshes
    self.imports = imports
  }
}
