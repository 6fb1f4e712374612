import ArgumentParser
import Document
import OrderedCollections
import Secrets
import Shell
import Store

extension StoreCommand {
  struct Rekey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Seals a store's secrets with another key: a new one, unless one is named.",
      discussion: """
        Refused while anybody works on a stack; other kilns that have the store open must be started again. A crash \
        leaves the store with one of the two keys, never with both or none.

        The key is in a file: for a SQLite store the one beside it, for a database the one that KILN_STORE_KEY names, \
        of which others need a copy. A keyring can keep it instead: KILN_STORE_KEY_COMMAND is a command that prints \
        it, such as 'secret-tool lookup store kiln', 'pass kiln/store' or 'keyctl pipe %user:kiln'. To move a key \
        there:

            openssl rand -hex 32 | secret-tool store --label kiln store kiln
            kiln store rekey --new-key-command 'secret-tool lookup store kiln'
            export KILN_STORE_KEY_COMMAND='secret-tool lookup store kiln'

        What was copied from the store before, as backups are, still opens with the old key.
        """)
    @Option(help: "A file that has the new key: 64 hexadecimal digits, as 'openssl rand -hex 32' makes them.")
    var newKey: String?
    @Option(help: "A command that prints the new key, which stays where it is.") var newKeyCommand: String?
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
      if newKey != nil, newKeyCommand != nil {
        throw ValidationError("--new-key and --new-key-command can't both say what the new key is")
      }
    }

    func run() async throws {
      let journal = try await store(cloud)
      let done = try await journal.rekey(try await next())
      if output.output == .json {
        let facts: OrderedDictionary<String, Value> = [
          "store": .string(journal.place), "records": .integer(Int64(done.records)),
          "key_file": done.keyFile.map { .string($0) } ?? .null,
          "old_key_file": done.oldKeyFile.map { .string($0) } ?? .null,
        ]
        return Output.standard.line(Value.map(facts).jsonText())
      }
      let records = "\(done.records) record\(done.records == 1 ? "" : "s")"
      Output.standard.line("\(records) of \(journal.place) are sealed with the new key")
      if let file = done.keyFile {
        Output.standard.line("the key is in \(file)")
        if hasKeyCommand { Output.standard.line("leave KILN_STORE_KEY_COMMAND out from now on") }
      } else {
        Output.standard.line("set KILN_STORE_KEY_COMMAND to the new key's command from now on")
      }
      if let old = done.oldKeyFile {
        Output.standard.line("the old key is in \(old): other databases may have it")
      }
    }

    private var hasKeyCommand: Bool {
      Environment.variables["KILN_STORE_KEY_COMMAND"].map { !$0.isEmpty } ?? false
    }

    private func next() async throws -> NextKey {
      if let newKey { return .file(try Secret(keyFile: newKey)) }
      guard let newKeyCommand else { return .made() }
      return .elsewhere(try await KeyCommand(newKeyCommand, source: "--new-key-command").key())
    }
  }
}
