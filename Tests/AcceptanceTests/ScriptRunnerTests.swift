import Testing

@Suite("running scripts")
struct ScriptRunnerTests {
  @Test("-e runs a chunk and prints what it prints")
  func expression() async throws {
    let outcome = try await Program().run(["-e", "print(1 + 1)"])
    #expect(outcome.output == "2\n")
    #expect(outcome.errors == "")
    #expect(outcome.status == 0)
  }

  @Test("a script gets its arguments in arg and in ...")
  func arguments() async throws {
    let program = try Program()
    let script = try program.write(
      "#!/usr/bin/env kiln\nprint(arg[0]:match '[^/]*$', arg[1], select(2, ...))\n", to: "args.lua")
    let outcome = try await program.run([script, "one", "--two"])
    #expect(outcome.output == "args.lua\tone\t--two\n")
    #expect(outcome.status == 0)
  }

  @Test("- reads the script from standard input")
  func standardInput() async throws {
    let outcome = try await Program().run(["-"], input: "print 'hello'")
    #expect(outcome.output == "hello\n")
  }

  @Test("an uncaught error names its place, shows its line, and ends with exit code 1")
  func failure() async throws {
    let program = try Program()
    let script = try program.write("local x = 1\nerror 'the volume is full'\n", to: "bad.lua")
    let outcome = try await program.run([script])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("the volume is full"))
    #expect(outcome.errors.contains("bad.lua:2"))
    #expect(outcome.errors.contains("error 'the volume is full'"))
    #expect(outcome.output == "")
  }

  @Test("a syntax error names its place")
  func syntax() async throws {
    let program = try Program()
    let script = try program.write("print('a'\nlocal y\n", to: "syntax.lua")
    let outcome = try await program.run([script])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("syntax.lua:2"))
  }

  @Test("a script that isn't there is a clear error")
  func missing() async throws {
    let outcome = try await Program().run(["nowhere.lua"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("nowhere.lua"))
  }

  @Test("a wrong option is a usage error, with exit code 2")
  func usage() async throws {
    let outcome = try await Program().run(["--no-such-option"])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("--no-such-option"))
  }

  @Test("os.exit sets the exit code, and what was printed before is there")
  func exitCode() async throws {
    let outcome = try await Program().run(["-e", "print 'bye' os.exit(7)"])
    #expect(outcome.output == "bye\n")
    #expect(outcome.status == 7)
  }
}
