import ArgumentParser
import Document
import Loading
import Shell
import StackEngine

extension StacksCommand {
  struct Policy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows or sets what updates may do to a stack's resources.",
      discussion: "The policy is CloudFormation's: what none of its statements allows is denied.")
    @Argument(help: "The stack's name.") var name: String
    @Option(help: "A file with the policy as JSON.") var set: String?
    @Flag(help: "Takes the policy away, which allows everything.") var off = false
    @OptionGroup var cloud: CloudOptions

    func run() async throws {
      let engine = try await engine(cloud)
      if off { return try await engine.setPolicy(nil, of: name) }
      guard let set else {
        let policy = try await engine.head(of: name).policy
        if policy == nil { Output.errors.line("\(name) has no policy: updates may do anything.") }
        if let policy { Output.standard.line(policy.document.jsonText()) }
        return
      }
      guard let text = LocalFile.text(of: set) else {
        throw ValidationError("\(set) can't be read")
      }
      guard let document = try? Value.json(text) else { throw ValidationError("\(set) is no JSON") }
      try await engine.setPolicy(StackPolicy(document), of: name)
    }
  }
}
