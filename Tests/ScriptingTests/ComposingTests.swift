import Document
import Testing

@Suite("composing a template in Lua")
struct ComposingTests {
  private static let start = """
    local template = kiln.template
    local t = template.new "a test"
    local web = t:resource("Web", "AWS::EC2::Instance", { ImageId = "cirros", InstanceType = "m1.nano" })

    """

  @Test("references become Ref, GetAtt and Join")
  func references() async throws {
    let chunk =
      Self.start + """
        t:output("Url", "http://" .. web.PublicIp .. ":" .. 80 .. "/")
        t:output("Id", web)
        return kiln.json.decode(t:text "json").Outputs
        """
    let outputs = try #require(try await values(chunk).first)
    let join: Value = ["", ["http://", ["Fn::GetAtt": ["Web", "PublicIp"]], ":80/"]]
    #expect(outputs["Url"]?["Value"]?["Fn::Join"]?[0] == "")
    #expect(outputs["Url"]?["Value"]?["Fn::Join"]?[1]?[0] == join[1]?[0])
    #expect(outputs["Url"]?["Value"]?["Fn::Join"]?[1]?[1] == ["Fn::GetAtt": ["Web", "PublicIp"]])
    #expect(outputs["Id"]?["Value"] == ["Ref": "Web"])
  }

  @Test(
    "a wrong name fails on its line, with the right one",
    arguments: [
      ("t:output('Url', web.PublcIp)", "has no attribute `PublcIp`; did you mean `PublicIp`?"),
      ("web.KeyNam = 'k'", "has no property `KeyNam`; did you mean `KeyName`?"),
      (
        "t:resource('V', 'AWS::EC2::Volum', {})",
        "no resource type `AWS::EC2::Volum`; did you mean `AWS::EC2::Volume`?"
      ),
      ("web.Tags = 'x'", "`Tags` must be a list, not a string"),
      ("t:parameter('P', { defualt = 1 })", "no option `defualt`; did you mean `default`?"),
      ("t:resource('Web', 'AWS::EC2::EIP')", "`Web` is in the template already; it is from test.lua:3"),
    ])
  func slips(_ line: String, _ message: String) async throws {
    let found = try #require(try await complaint(Self.start + line))
    #expect(found.sentence.contains(message), "\(found.sentence)")
    #expect(found.place?.start.line == 4)
  }

  @Test(
    "a value known only later can't be used as if it were known",
    arguments: [
      ("if web.PublicIp < 'x' then return end", "use a condition"),
      ("return web == t:parameter 'P'", "use a condition"),
      ("return web.PublicIp + 1", "can't be computed with"),
      ("return #web.PublicIp", "can't be measured"),
      ("return web.PublicIp[1]", "use :select(0)"),
      ("local x = tostring(web.PublicIp)", "use .. or template.format"),
      ("local x = ('http://%s'):format(web)", "use .. or template.format"),
      ("for _ in pairs(web) do end", "can't be walked through"),
      ("local x = web.PublicIp:map(string.upper)", "a function of Lua can't run on Web.PublicIp"),
      ("return 'x' .. template.get_azs()", "use :join(separator)"),
      ("web.SecurityGroups = web", "put it into { } for a list of one"),
      ("web.ImageId = template.get_azs()", "must be a string, not the list"),
      ("web.ImageId = t:condition('C', template.equals('a', 'b'))", "use :choose(yes, no)"),
      ("t:output('Zones', template.get_azs())", "use :join(separator)"),
    ])
  func later(_ line: String, _ message: String) async throws {
    let found = try #require(try await complaint(Self.start + line))
    #expect(found.sentence.contains(message), "\(found.sentence)")
    #expect(found.place?.start.line == 4)
  }

  @Test("conditions combine by operators, and choose values")
  func conditions() async throws {
    let chunk =
      Self.start + """
        local stage = t:parameter("Stage", { default = "test" })
        local is_live = t:condition("IsLive", stage:equals "live" | stage:equals "hot")
        local is_big = t:condition("IsBig", is_live & ~stage:equals "lab")
        web.KeyName = is_big:choose("operations")
        web:only_if(is_live)
        return t:tree()
        """
    let tree = try #require(try await values(chunk).first)
    #expect(tree["Conditions"]?["IsBig"]?["Fn::And"]?[0] == ["Condition": "IsLive"])
    #expect(tree["Resources"]?["Web"]?["Condition"] == "IsLive")
    #expect(tree["Resources"]?["Web"]?["Properties"]?["KeyName"]?["Fn::If"]?[2] == ["Ref": "AWS::NoValue"])
  }

  @Test("scopes give components names of their own, and a resource's table stays the program's")
  func scopes() async throws {
    let chunk =
      Self.start + """
        local function pair(scope)
          local properties = { Size = 1, AvailabilityZone = "nova" }
          scope:resource("First", "AWS::EC2::Volume", properties)
          properties.Size = 2
          scope:resource("Second", "AWS::EC2::Volume", properties)
        end
        pair(t:scope "Left")
        t:scope("Right", pair)
        return kiln.json.decode(t:text "json").Resources
        """
    let resources = try #require(try await values(chunk).first)
    #expect(resources["LeftFirst"]?["Properties"]?["Size"] == 1)
    #expect(resources["RightSecond"]?["Properties"]?["Size"] == 2)
  }

  @Test("a difference says what replaces, what follows, and what was only renamed")
  func difference() async throws {
    let chunk = """
      local function make(name, image)
        local t = kiln.template.new()
        local web = t:resource(name, "AWS::EC2::Instance", { ImageId = image, InstanceType = "m1.nano" })
        t:resource("At", "AWS::EC2::EIPAssociation", { EIP = "10.0.0.1", InstanceId = web })
        if name ~= "Web" then t:moved("Web", web) end
        return t
      end
      local diff = kiln.template.diff
      return diff(make("Web", "a"), make("Server", "a")).lines, diff(make("Web", "a"), make("Web", "b")).lines
      """
    let found = try await values(chunk)
    #expect(found[0] == ["> resource Server (AWS::EC2::Instance), which was Web"])
    #expect(found[1][0] == "± resource Web (AWS::EC2::Instance): replaced")
    #expect(found[1][1]?.string?.contains("can only be set when the resource is created") ?? false)
    #expect(found[1][3]?.string?.contains("follows Web, which is replaced") ?? false, "\(found[1])")
  }

  @Test("a pure composition can't see the clock, chance or a cloud, unless it may")
  func pure() async throws {
    let refused = try await complaint("kiln.template.pure(function() return os.time() end)")
    #expect(refused?.message.contains("os.time differs from run to run") ?? false)
    let chunk =
      "return type(kiln.template.pure(function() return os.time() end, { clock = true })), os.time() > 0"
    #expect(try await values(chunk) == ["number", true])
  }

  @Test("what is missing is told at the resource's own line when the template is built")
  func missing() async throws {
    let found = try await complaint(
      Self.start + "t:resource('Disk', 'AWS::EC2::VolumeAttachment', {})\nt:build()")
    #expect(found?.message.contains("InstanceId") ?? false, "\(String(describing: found))")
    #expect(found?.place?.start.line == 4)
    #expect(found?.place?.source.name == "test.lua")
  }

  @Test("a complaint about names that aren't in the statement has the whole line as its place")
  func complaints() async throws {
    for words in ["{ 1, 'nowhere', 2 }", "{ -3, 'error' }", "{ 0, 'x', 99, 'x' }", "{}", "{ true }"] {
      for line in ["1", "-4", "math.maxinteger", "0"] {
        let call =
          "require('kiln.native.complaint').raise('odd', 'it is odd', nil, '@test.lua', \(line), \(words))"
        #expect(try await complaint(call)?.message == "it is odd")
      }
    }
  }

  @Test("unknown modules and functions are suggested")
  func modules() async throws {
    #expect(try await complaint("return kiln.stakcs")?.hint == "did you mean `stacks`?")
    #expect(try await complaint("kiln.stacks.creat('x')")?.hint == "did you mean 'create'?")
  }
}

@Suite("stacks from Lua")
struct StackScriptTests {
  private static let server = """
    local t = kiln.template.new()
    local size = t:parameter("Size", { type = "Number", default = 1 })
    t:resource("Disk", "AWS::EC2::Volume", {
      Size = size, AvailabilityZone = "nova",
    })
    local s = kiln.stacks.create("disk", t):wait()

    """

  @Test("a stack is created, changed by a plan, listed and deleted")
  func life() async throws {
    let found = try await values(
      Self.server + """
        local created = s.status
        local plan = s:plan_update(t, { Size = 2 })
        local lines = plan.lines
        local updated = plan:run():wait().status
        local names = #kiln.stacks.list()
        s:delete():wait()
        return created, lines, updated, names, #kiln.stacks.list()
        """)
    #expect(found[0] == "CREATE_COMPLETE")
    #expect(found[1].list?.contains { $0.string?.contains("Size: 1 → 2") ?? false } ?? false, "\(found[1])")
    #expect(found[2] == "UPDATE_COMPLETE")
    #expect(found[3] == 1)
    #expect(found[4] == 0)
  }

  @Test("a stack that is there can't be created again")
  func twice() async throws {
    let found = try await complaint(Self.server + "kiln.stacks.create('disk', t)")
    #expect(found?.code == "stack_exists")
    #expect(found?.place?.start.line == 7)
  }

  @Test("parameters are checked before anything is done")
  func parameters() async throws {
    let found = try await complaint(Self.server + "kiln.stacks.create('other', t, { Siz = 3 })")
    #expect(found?.message.contains("Siz") ?? false)
    #expect(found?.hint?.contains("Size") ?? false, "\(String(describing: found?.hint))")
  }
}

@Suite("data from Lua")
struct DataScriptTests {
  @Test("JSON keeps the order of its members through Lua")
  func order() async throws {
    let text = #"{"zebra":1,"ape":[true,null,{"b":1.5,"a":"x"}]}"#
    let found = try await values("return kiln.json.encode(kiln.json.decode('\(text)'))")
    #expect(found == [.string(text)])
  }

  @Test("YAML that is wrong is told with its place in the text")
  func wrong() async throws {
    let found = try await complaint("return kiln.yaml.decode('a: [1', 'conf.yaml')")
    #expect(found?.place?.source.name == "conf.yaml")
  }
}
