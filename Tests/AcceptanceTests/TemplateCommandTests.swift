import Foundation
import FoundationXML
import Testing

@Suite("template commands")
struct TemplateCommandTests {
  private static let stack = """
    # Two disks.
    Resources:
        Small: # first
            Type: "AWS::EC2::Volume"
            Properties: {Size: 1, AvailabilityZone: "nova"}
        Mount:
            Type: AWS::EC2::VolumeAttachment
            Properties: {VolumeId: !Ref Small, InstanceId: i, Device: /dev/vdb}

    """

  @Test("a template is laid out anew, and not twice")
  func format() async throws {
    let program = try Program()
    let path = try program.write(Self.stack, to: "a.yaml")
    let check = try await program.run(["template", "fmt", "--check", "."])
    #expect(check.status == 1)
    #expect(check.output == "./a.yaml\n")
    #expect(try await program.run(["template", "fmt", "--write", "*.yaml"]).status == 0)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.hasPrefix("# Two disks.\nResources:\n  Small: # first\n    Type: AWS::EC2::Volume\n"))
    #expect(try await program.run(["template", "fmt", "--check", "a.yaml"]).status == 0)
  }

  @Test("a template is converted there and back, and what JSON can't keep is told")
  func convert() async throws {
    let program = try Program()
    let json = try await program.run(["template", "convert", "--to", "json", "-"], input: Self.stack)
    #expect(json.status == 0)
    #expect(json.errors.contains("2 comments are left out"))
    let yaml = try await program.run(["template", "convert", "--to", "yaml", "-"], input: json.output)
    #expect(yaml.output.contains("VolumeId: !Ref Small"))
    let lua = try await program.run(["template", "convert", "--to", "lua", "-"], input: Self.stack)
    #expect(lua.output.contains("AWS::EC2::VolumeAttachment"))
  }

  @Test("the graph is a tree, Graphviz's language or a picture")
  func graph() async throws {
    let program = try Program()
    _ = try program.write(Self.stack, to: "a.yaml")
    let tree = try await program.run(["template", "graph", "a.yaml"])
    #expect(tree.output == "Mount  AWS::EC2::VolumeAttachment\n└─ Small  AWS::EC2::Volume\n")
    #expect(
      try await program.run(["template", "graph", "a.yaml", "-o", "dot"]).output.contains("-> \"Mount\""))
    let svg = try await program.run(["template", "graph", "a.yaml", "-o", "svg"]).output
    #expect(svg.hasPrefix("<svg") && svg.contains(">Mount<"))
  }

  @Test("exit codes of lint add up as cfn-lint's do; those of diff say whether there is a difference")
  func exitCodes() async throws {
    let program = try Program()
    _ = try program.write(Self.stack, to: "a.yaml")
    _ = try program.write(Self.stack.replacingOccurrences(of: "Size: 1", with: "Size: 2"), to: "b.yaml")
    let bad = "Parameters: {P: {Type: String}}\nResources: {A: {Type: AWS::EC2::Volume, DependsOn: B}}\n"
    let lint = try await program.run(["template", "lint", "-", "-o", "json"], input: bad)
    #expect(lint.status & 6 == 6)
    #expect(lint.output.contains("W2001"))
    let sarif = try await program.run(["template", "lint", "-", "-o", "sarif"], input: bad)
    #expect(sarif.output.contains("2.1.0"))
    #expect(try await program.run(["template", "diff", "a.yaml", "a.yaml"]).status == 0)
    let diff = try await program.run(["template", "diff", "a.yaml", "b.yaml"])
    #expect(diff.status == 1)
    #expect(diff.output.contains("Size: 1 → 2"))
  }

  @Test("a file that isn't there, a folder without templates and bytes that are no text are told")
  func wrong() async throws {
    let program = try Program()
    let missing = try await program.run(["template", "validate", "none.yaml"])
    #expect(missing.status == 1 && missing.errors.contains("none.yaml can't be read"))
    let empty = try await program.run(["template", "lint", "."])
    #expect(empty.status == 1 && empty.errors.contains("there is no template"))
    let both = try await program.run(["template", "fmt", "--check", "--write", "x.yaml"])
    #expect(both.status == 2)
  }

  @Test("a template's files and environment are read with it, and Heat's own language is written")
  func surroundings() async throws {
    let program = try Program()
    _ = try program.write("#!/bin/sh\necho up\n", to: "boot.sh")
    _ = try program.write(
      "parameters: {size: 4}\nresource_registry: {'My::Disk': 'OS::Cinder::Volume'}\n", to: "env.yaml")
    let heat = """
      heat_template_version: 2021-04-16
      parameters: {size: {type: number}}
      resources:
        disk:
          type: My::Disk
          properties: {size: {get_param: size}, description: {get_file: boot.sh}}

      """
    _ = try program.write(heat, to: "disk.yaml")
    let alone = try await program.run(["template", "validate", "disk.yaml"])
    #expect(alone.errors.contains("kiln doesn't know the type My::Disk"))
    let whole = try await program.run(["template", "validate", "-e", "env.yaml", "disk.yaml"])
    #expect(whole.status == 0)
    #expect(whole.output == "disk.yaml: ok\n")
    _ = try program.write("parameters: {siez: 4}\n", to: "wrong.yaml")
    let wrong = try await program.run(["template", "validate", "-e", "wrong.yaml", "disk.yaml"])
    #expect(wrong.status == 1)
    #expect(wrong.errors.contains("wrong.yaml:1:14"))
    #expect(wrong.errors.contains("did you mean `size`?"))
    let hot = try await program.run(["template", "convert", "--to", "hot", "-"], input: Self.stack)
    #expect(hot.output.contains("heat_template_version:"))
    #expect(hot.output.contains("get_resource: Small"))
  }

  @Test("a file that a template names and isn't there is told where it is named")
  func missingFile() async throws {
    let program = try Program()
    let heat = "heat_template_version: 2021-04-16\nresources:\n  a: {type: nowhere.yaml}\n"
    _ = try program.write(heat, to: "a.yaml")
    let outcome = try await program.run(["template", "validate", "a.yaml"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("nowhere.yaml can't be read: No such file or directory"))
    #expect(outcome.errors.contains("a.yaml:3:13"))
  }

  @Test("a script resolves dynamic references and launches with an environment")
  func resolvers() async throws {
    let program = try Program()
    let heat = """
      heat_template_version: 2021-04-16
      parameters: {word: {type: string}}
      resources:
        disk: {type: My::Disk, properties: {Size: 1, AvailabilityZone: nova}}
      outputs: {word: {value: {get_param: word}}}

      """
    _ = try program.write(heat, to: "disk.yaml")
    _ = try program.write(
      "parameters: {word: salt}\nresource_registry: {'My::Disk': 'AWS::EC2::Volume'}\n", to: "env.yaml")
    let script = """
      kiln.stacks.resolver("vault", function(path) return "nova" end, { secret = false })
      local disk = kiln.template.load("disk.yaml", { environment = "env.yaml" })
      local one = kiln.stacks.create("one", disk):wait()
      print(one.outputs.word)
      local refers = kiln.template.parse([[
      Resources:
        Disk: {Type: AWS::EC2::Volume, Properties: {Size: 1, AvailabilityZone: "{{resolve:vault:a/b}}"}}
      Outputs:
        Zone: {Value: "{{resolve:vault:a/b}}"}
        Home: {Value: "{{resolve:env-secure:HOME}}"}
        Account: {Value: !Sub "account ${AWS::AccountId}!"}
      ]], "refers.yaml")
      local two = kiln.stacks.create("two", refers):wait()
      print(two.outputs.Zone, two.outputs.Home)
      print(#two.outputs.Account)
      """
    _ = try program.write(script, to: "go.lua")
    let outcome = try await program.run(["go.lua"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("salt\n"))
    #expect(outcome.output.contains("nova\t(secret)\n41\n"))
  }
}
