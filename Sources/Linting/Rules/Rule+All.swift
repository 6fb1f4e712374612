extension Rule {
  /// All rules that kiln has.
  package static let all: [Rule] =
    parameterRules + mappingRules + conditionRules + resourceRules + dependencyRules + functionRules
    + propertyRules + nestedStackRules + metadataRules + outputRules + limitRules
    + uniquenessRules + packagingRules
}
