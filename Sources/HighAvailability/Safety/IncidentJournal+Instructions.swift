import Ambience
import StackEngine

// Anybody may give instructions, as with maintenance: those who watch see them within seconds.
extension IncidentJournal {
  static let instructions = "instruction"

  /// Gives an instruction to all who watch; those that are too old to be followed are forgotten.
  ///
  /// - Throws: `HAError` where an application is to be tried again that is neither held nor given up.
  package func give(_ instruction: Instruction) async throws {
    if case .retry(let name) = instruction.kind { try await check(name, at: instruction.given) }
    let known = Set(try await instructions(at: instruction.given).map(\.id))
    let old = try await store.pages(of: Self.instructions).map(\.page).filter { !known.contains($0) }
    try await store.append(
      old.map { .pageRemoval(Self.page($0)) } + [
        .note(
          Note(
            book: Self.instructions, page: instruction.id, time: instruction.given, isSettled: true,
            record: instruction.value))
      ])
  }

  private func check(_ name: String, at now: Timestamp) async throws {
    let known = try await status(at: now)
    guard let application = known.first(where: { $0.application == name }) else {
      let names = known.map(\.application).joined(separator: ", ")
      throw HAError(
        .unknownApplication, "no application named \(name) is watched",
        hint: names.isEmpty ? "nothing is: `kiln ha run` watches" : "there are: \(names)")
    }
    guard application.state == .gaveUp || application.state == .held else {
      throw HAError(
        .notGivenUp, "\(name) is neither held nor given up: it is \(application.state.rawValue)",
        hint: "`kiln ha status` shows how all that is watched fares")
    }
  }

  /// The instructions that may still be followed, whichever clock is wrong.
  func instructions(at now: Timestamp) async throws -> [Instruction] {
    // One that can't be read is of another kiln, and no matter.
    try await store.pages(of: Self.instructions).compactMap { try? Instruction($0.page, $0.record) }
      .filter { now - $0.given < Instruction.life + WatchRecord.doubt }
  }

  /// Takes back what was followed.
  func withdraw(_ instruction: Instruction) async throws {
    try await store.append([.pageRemoval(Self.page(instruction.id))])
  }

  private static func page(_ id: String) -> NotePage { NotePage(book: instructions, page: id) }
}
