import Ambience
import ArgumentParser
import Document
import OrderedCollections
import Secrets
import Shell
import StackEngine
import Store

/// `kiln store`: what keeps the stacks' journal.
struct StoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store",
    abstract: "Shows, exports, imports, rekeys and tidies up what keeps the stacks' journal.",
    subcommands: [Info.self, Export.self, Import.self, Rekey.self, Prune.self])

  struct Info: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows where the store is and what it has.")
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let journal = try await store(cloud)
      let heads = try await journal.stacks(includingDeleted: true)
      let living = heads.filter { $0.status != .deleteComplete }
      let size = try await journal.size()
      let facts: OrderedDictionary<String, Value> = [
        "store": .string(journal.place), "schema": .string(size.schema), "bytes": .integer(Int64(size.bytes)),
        "stacks": .integer(Int64(living.count)),
        "deleted_stacks": .integer(Int64(heads.count - living.count)),
        "operations_in_progress": .integer(Int64(try await journal.unfinishedOperations().count)),
        "leases": .integer(Int64(size.leases)), "events": .integer(Int64(size.events)),
        "steps": .integer(Int64(size.steps)),
        "lease_seconds": .integer(journal.leaseTerm?.components.seconds ?? 0),
      ]
      if output.output == .json { return Output.standard.line(Value.map(facts).jsonText()) }
      for (name, value) in facts {
        Output.standard.line("\(name.replacing("_", with: " ")): \(value.string ?? value.jsonText())")
      }
    }
  }

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes all that a store has into a file: for a copy, or to move to another kind of store.",
      discussion:
        "Secrets stay sealed with the store's key, so who imports the file must have the key file; with "
        + "--passphrase-file or KILN_STORE_PASSPHRASE they are sealed with a passphrase instead.")
    @Argument(help: "The file; '-' for standard output.") var file: String
    @OptionGroup var passphrase: PassphraseOptions
    @OptionGroup var cloud: CloudOptions

    func run() async throws {
      let ambient = Ambient.system()
      let journal = try await store(cloud)
      let unfinished = try await journal.unfinishedOperations().count
      if unfinished > 0 {
        Output.errors.line(
          "note: \(unfinished) operation\(unfinished == 1 ? " is" : "s are") in progress; "
            + "what they do from now on may be missing")
      }
      let sealing = try passphrase.given.map { passphrase in
        StoreArchive.Sealing.passphrase(
          passphrase, salt: ambient.characters(22, from: "abcdefghijklmnopqrstuvwxyz0123456789"))
      }
      let sink = try PrivateFile(file)
      let count = try await StoreArchive.write(journal, sealing: sealing ?? .key) { try sink.line($0) }
      try sink.finish()
      Output.errors.line("\(count) records of \(journal.place) are in \(file)")
    }
  }

  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Reads an exported store into a new one, all of it or nothing.")
    @Argument(help: "The file; '-' for standard input.") var file: String
    @Option(help: "The key file of the store that was exported, if it isn't this one's.") var key: String?
    @OptionGroup var passphrase: PassphraseOptions
    @OptionGroup var cloud: CloudOptions

    func run() async throws {
      let journal = try await store(cloud)
      let text = try PrivateFile.read(file)
      let count = try await StoreArchive.read(
        text, named: file, into: journal,
        passphrase: {
          guard let given = try passphrase.given else {
            throw Diagnostic(
              "no_passphrase", "\(file) was exported with a passphrase",
              hint: "give it with --passphrase-file or in KILN_STORE_PASSPHRASE")
          }
          return given
        }, key: { try key.map { try Seal(keyFile: $0) } })
      Output.errors.line("\(count) records of \(file) are in \(journal.place)")
    }
  }

  struct Prune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Drops deleted stacks, and old operations and events of the others.",
      discussion:
        "Nothing that an operation may need goes: what made a resource that still is stays, and so does all of a "
        + "stack with an operation in progress.")
    @Option(help: "What ended longer ago goes: a number and s, m, h, d or w, such as 90d.") var olderThan: Age
    @Option(help: "How many operations of each stack stay, whatever their age.") var keep = 10
    @Flag(help: "Shows what would go, and drops nothing.") var dryRun = false
    @OptionGroup var cloud: CloudOptions

    func validate() throws {
      if keep < 0 { throw ValidationError("--keep wants a number of operations, not \(keep)") }
    }

    func run() async throws {
      let journal = try await store(cloud)
      let limit = Ambient.system().now() + (.zero - olderThan.span)
      let waste = try await Retention(limit: limit, operations: keep).waste(in: journal)
      if !dryRun { try await journal.forget(waste) }
      Output.standard.line(
        "\(dryRun ? "would drop" : "dropped") \(waste.stacks.count) deleted stacks, "
          + "\(waste.operations.count) operations, \(waste.changeSets.count) change sets, "
          + "\(waste.pages.count) incidents, and the old events of \(waste.events.count) stacks"
      )
    }
  }

  /// The store of the cloud that is meant.
  static func store(_ options: CloudOptions) async throws -> any StoredJournal {
    let opening = try Opening(options, environment: Environment.variables, ambient: Ambient.system())
    return try await opening.storedJournal()
  }
}

/// A passphrase, from where others can't see it.
struct PassphraseOptions: ParsableArguments {
  @Option(help: "The file that has the passphrase in its first line.") var passphraseFile: String?

  /// The passphrase; nil when there is none.
  var given: Secret? {
    get throws {
      if let passphraseFile {
        let line = try PrivateFile.read(passphraseFile).split(separator: "\n").first.map(String.init) ?? ""
        guard !line.isEmpty else {
          throw Diagnostic("no_passphrase", "the first line of \(passphraseFile) is empty")
        }
        return Secret(line)
      }
      return Environment.variables["KILN_STORE_PASSPHRASE"].flatMap { $0.isEmpty ? nil : Secret($0) }
    }
  }
}

/// An age, such as `90d`.
struct Age: ExpressibleByArgument {
  let span: Duration

  init(span: Duration) { self.span = span }

  init?(argument: String) {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
    guard let unit = argument.last.flatMap({ units[$0] }), let number = Int64(argument.dropLast()),
      (0...1_000_000).contains(number)
    else { return nil }
    span = .seconds(number * unit)
  }

  /// The age as it is typed, in the largest unit that fits.
  var defaultValueDescription: String {
    let seconds = span.components.seconds
    let units: [(Int64, String)] = [(86_400, "d"), (3600, "h"), (60, "m")]
    let (unit, name) = units.first { seconds % $0.0 == 0 } ?? (1, "s")
    return "\(seconds / unit)\(name)"
  }
}
