import Document
package import Secrets

/// What a store's secrets are to be sealed with from now on.
package enum NextKey: Sendable {
  /// The digits of a key that goes into the store's key file.
  case file(Secret)
  /// A key that is kept elsewhere.
  case elsewhere(GivenKey)

  /// A new key for the key file.
  package static func made(_ random: () -> UInt64 = { UInt64.random(in: .min ... .max) }) -> NextKey {
    .file(KeyFile.digits(random))
  }

  func seal() throws -> Seal {
    switch self {
    case .file(let digits): try Seal(hexadecimal: digits)
    case .elsewhere(let key): key.seal
    }
  }
}

/// What a change of the key has done.
package struct Rekeying: Sendable, Hashable {
  /// How many records were sealed anew.
  package var records: Int
  /// The file with the new key; nil when it is kept elsewhere.
  package var keyFile: String?
  /// The file with the key before, which other stores may have as well; nil when it is gone.
  package var oldKeyFile: String?
}

/// A key that is kept elsewhere than in a file, and what gives it, for messages.
package struct GivenKey: Sendable {
  let seal: Seal
  let source: String
}

extension Seal {
  /// A text that tells whether a key is the one that it was sealed with.
  func check() throws -> String { try close(Secret("kiln")) }

  func opens(_ check: String) -> Bool { (try? open(check)) != nil }
}

extension StoreError {
  /// The store was given another key while this process had it open.
  static func changedKey(_ place: String) -> StoreError {
    StoreError(
      .wrongKey, path: place, "the key of \(place) has been changed since it was opened",
      hint: "start kiln again")
  }

  static func inUse(_ place: String, _ stacks: [String]) -> StoreError {
    let shown = stacks.prefix(5).map { "`\($0)`" }.joined(separator: ", ")
    return StoreError(
      .inUse, path: place,
      "\(stacks.count == 1 ? "a stack of \(place) is" : "\(stacks.count) stacks of \(place) are") being worked on: "
        + shown + (stacks.count > 5 ? " …" : ""),
      hint: "change the key when that has ended; `kiln store info` counts the leases")
  }

  /// What a failure to read a record means; nil when it is another failure.
  static func unreadable(_ error: any Error, _ place: String) -> StoreError? {
    switch error {
    case is Seal.Broken:
      StoreError(
        .wrongKey, path: place, "\(place) has a secret that was sealed with another key",
        hint: "start kiln again if the key has been changed, else put the right key back")
    case let error as RecordCoding.Malformed:
      StoreError(.damaged, path: place, "\(place) has a record without a proper \(error.field)")
    case let error as TemplateTexts.Missing:
      StoreError(
        .damaged, path: place,
        "\(place) hasn't the text of the template \(error.template) of the stack \(error.stack)",
        hint: "restore it from a copy")
    case is Diagnostics: StoreError(.damaged, path: place, "\(place) has a record that can't be read")
    default: nil
    }
  }
}
