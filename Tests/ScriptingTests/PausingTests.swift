import Document
import Testing

@Suite("hooks and breakpoints in Lua")
struct PausingTests {
  private static let start = """
    local t = kiln.template.new "a test"
    t:resource("Disk", "AWS::EC2::Volume", { Size = 3, AvailabilityZone = "nova" })

    """

  @Test("a hook that fails or answers wrongly fails the step, and is named")
  func faults() async throws {
    for (body, message) in [
      ("error 'oh'", "the hook `h` failed at pre-create; oh"),
      ("return 'mabye'", "a hook can't answer 'mabye'"),
      ("return 'refuse', 'too large'", "the hook `h` refuses it at pre-create: too large"),
      ("return false", "the hook `h` refuses it at pre-create"),
    ] {
      let chunk =
        Self.start + """
          kiln.stacks.hook("h", { on = "pre-*", run = function() \(body) end })
          local stack = kiln.stacks.create("web", t, nil, { on_failure = "keep" })
          pcall(stack.wait, stack)
          return stack.status, stack.reason
          """
      let told = try await values(chunk)
      #expect(told.first == "CREATE_FAILED")
      #expect(told.last?.string?.contains(message) ?? false, "\(told)")
    }
  }

  @Test("a hook has a step wait until it is cleared, and sees what it does")
  func waiting() async throws {
    let chunk =
      Self.start + """
        local seen = {}
        kiln.stacks.hook("ask", {
          on = { "pre-create", "post-update" }, type = "AWS::EC2::*", resource = "D*", stack = "w?b",
          run = function(step)
            seen[#seen + 1] = step.hook .. " " .. step.properties.Size
            if step.hook == "pre-create" then return "pause", "ask Ann" end
          end,
        })
        kiln.stacks.hook("elsewhere", { on = "*", stack = "db", run = function() return "refuse" end })
        local stack = kiln.stacks.create("web", t)
        repeat kiln.task.sleep(0.01) until #stack.pauses > 0
        local reason = stack.pauses[1].reason
        stack:clear "Disk"
        stack:wait()
        t:find "Disk".Size = 4
        stack:update(t):wait()
        return reason, seen
        """
    #expect(try await values(chunk) == ["ask Ann", ["pre-create 3", "post-update 4"]])
  }

  @Test(
    "what is given wrongly is told",
    arguments: [
      ("kiln.stacks.hook('h', { on = 'pre-creat', run = print })", "did you mean 'pre-create'?"),
      ("kiln.stacks.create('web', t, nil, { breakpoints = 'Disk' })", "such as pre-create:Web"),
      (
        "kiln.stacks.create('web', t, nil, { breakpoints = { Disk = 'pre-crate' } })",
        "did you mean pre-create?"
      ),
      ("kiln.stacks.create('web', t, nil, { breakpoints = { 1 } })", "a breakpoint can't be a"),
      ("kiln.stacks.create('web', t, nil, { on_failure = 'stop' })", "'rollback', 'keep' or 'pause'"),
      ("kiln.stacks.create('web', t):wait():clear 'Disk'", "Disk of web doesn't wait; nothing of web does"),
      ("kiln.stacks.create('web', t):wait():clear('Disk', { decision = 'go' })", "it is one of go_on"),
      ("kiln.stacks.debug(t:build())", "a kiln.Plan or a kiln.Stack expected, got a kiln.Template"),
      ("kiln.stacks.debug(kiln.stacks.create('web', t):wait())", "no operation of this process's"),
    ])
  func mistakes(chunk: String, sentence: String) async throws {
    let told = try await complaint(Self.start + chunk)
    #expect(told?.sentence.contains(sentence) ?? false, "\(told?.sentence ?? "nothing")")
  }
}
