extension Style {
  /// How the word for a state looks: green where all is well, red where something failed, cyan while it changes.
  init?(state word: String) {
    let word = word.uppercased()
    if word.contains("ERROR") || word.contains("FAILED") {
      self = .bad
    } else if Self.well.contains(word) || word.hasSuffix("_COMPLETE") {
      self = .good
    } else if Self.changing.contains(word) || word.hasSuffix("ING") || word.hasSuffix("_IN_PROGRESS")
      || word.hasPrefix("PENDING")
    {
      self = .active
    } else {
      return nil
    }
  }

  private static let well: Set = ["ACTIVE", "AVAILABLE", "IN-USE", "ONLINE", "UP", "ENABLED"]
  private static let changing: Set = [
    "BUILD", "REBUILD", "REBOOT", "HARD_REBOOT", "RESIZE", "VERIFY_RESIZE", "MIGRATING", "QUEUED",
  ]
}
