import Document

extension ResourceStatus {
  /// How it is shown.
  var tone: TonedLine.Tone {
    if isFailure { return .bad }
    if rawValue.hasSuffix("_IN_PROGRESS") { return .active }
    return isUsable ? .good : .plain
  }
}
