import Document
import OrderedCollections
import Templates
import Testing

struct EnvironmentTests {
  private func environment(_ text: String, name: String = "env/e.yaml") throws -> Environment {
    let reading = EnvironmentReader.read(Source(name: name, text: text))
    guard let environment = reading.environment else { throw Diagnostics(reading.diagnostics) }
    return environment
  }

  @Test("all sections are read")
  func sections() throws {
    let environment = try environment(
      """
      parameters: {a: 1, b: [x], none: }
      parameter_defaults: {c: {d: e}}
      resource_registry:
        My::Server: ../web.yaml
        My::Net: https://example.org/net.yaml
        "OS::Old::*": "OS::New::*"
        Gone:
        resources:
          "web*":
            OS::Nova::Server: other.yaml
            hooks: [pre-create, pre-update]
            restricted_actions: replace
          farm: {"web?": {hooks: post-create, deep: {hooks: [pre-delete]}}}
      encrypted_param_names: [a]
      event_sinks: [{type: zaqar-queue, target: q, ttl: 60}]
      parameter_merge_strategies: {default: merge, b: deep_merge}
      """)
    #expect(environment.parameters == ["a": 1, "b": ["x"]])
    #expect(environment.parameterDefaults == ["c": ["d": "e"]])
    #expect(try environment.registry.meaning(of: "My::Server", resource: "r") == .template("web.yaml"))
    #expect(
      try environment.registry.meaning(of: "My::Net", resource: "r")
        == .template("https://example.org/net.yaml"))
    #expect(try environment.registry.meaning(of: "OS::Old::Thing", resource: "r") == .type("OS::New::Thing"))
    #expect(
      try environment.registry.meaning(of: "OS::Nova::Server", resource: "r") == .type("OS::Nova::Server"))
    #expect(
      try environment.registry.meaning(of: "OS::Nova::Server", resource: "web1")
        == .template("env/other.yaml"))
    let hooks = environment.registry.hooks
    #expect(hooks.map(\.path) == [["web*"], ["web*"], ["farm", "web?"], ["farm", "web?", "deep"]])
    #expect(hooks.map(\.hook) == [.preCreate, .preUpdate, .postCreate, .preDelete])
    #expect(environment.registry.restrictedActions(of: "web1") == [.replace])
    #expect(environment.encryptedParameterNames == ["a"])
    #expect(environment.eventSinks == [.init(type: "zaqar-queue", target: "q", lifetime: 60)])
    #expect(environment.mergeStrategies == ["b": .deepMerge])
    #expect(environment.defaultStrategy == .merge)
  }

  @Test(
    "wrong sections say what is wrong",
    arguments: [
      ("parameter: {}", "an environment has no key `parameter`"),
      ("parameters:", "the section `parameters` is empty"),
      ("parameter_merge_strategies: {a: merg}", "there is no merge strategy `merg`"),
      ("resource_registry: {resources: {a: {hooks: pre-creat}}}", "hooks can't be `pre-creat`"),
      ("event_sinks: [{type: mail}]", "an event sink needs `type` and `target`"),
      ("[a]", "an environment must be a map, found a list"),
    ] as [(String, String)])
  func faults(text: String, message: String) {
    let found = EnvironmentReader.read(Source(name: "e.yaml", text: text))
    #expect(found.environment == nil)
    #expect(found.diagnostics.map(\.message) == [message])
    #expect(found.diagnostics.allSatisfy { $0.place != nil })
  }

  @Test("environments are merged by the strategies that they name")
  func merging() throws {
    let merged = try Environment.merging([
      try environment(
        """
        parameters: {o: a, l: [a], m: {x: {y: 1}, z: [1]}, s: a, n: 1}
        parameter_merge_strategies: {default: merge, o: overwrite, m: deep_merge}
        resource_registry: {A: B, "C1": D, resources: {x: {hooks: pre-create, y: {hooks: pre-update}}}}
        """),
      try environment(
        """
        parameters: {o: b, l: [b], m: {x: {w: 2}, z: [2]}, s: b, n: 2}
        parameter_merge_strategies: {default: merge, o: overwrite, m: deep_merge}
        resource_registry: {"C*": , E: F, resources: {x: {y: {hooks: post-update}}}}
        """),
    ])
    #expect(
      merged.parameters == [
        "o": "b", "l": ["a", "b"], "m": ["x": ["y": 1, "w": 2], "z": [1, 2]], "s": "ab", "n": 3,
      ])
    #expect(Array(merged.registry.targets.keys) == ["A", "E"])
    #expect(merged.registry.hooks.map(\.hook) == [.preCreate, .postUpdate])
  }

  @Test("a circle in the registry is an error, not a loop")
  func circle() throws {
    let environment = try environment("resource_registry: {A: B, B: C, C: A}")
    #expect(throws: Diagnostic.self) { try environment.registry.meaning(of: "A", resource: "r") }
    let glob = try self.environment("resource_registry: {'OS::*': OS::Heat::None}")
    #expect(try glob.registry.meaning(of: "OS::Nova::Server", resource: "r") == .type("OS::Heat::None"))
  }

  @Test("values come from what is given, then the environment, then defaults")
  func precedence() throws {
    let text = """
      heat_template_version: wallaby
      parameters:
        a: {type: string, default: t}
        b: {type: string, default: t}
        c: {type: string, default: t}
        d: {type: string, default: t}
      """
    let template = try #require(HOTTests.reading(text).template)
    let environment = try environment(
      "{parameters: {a: e, b: e}, parameter_defaults: {b: d, c: d, x: y}, encrypted_param_names: [c]}")
    let values = try template.parameterValues(given: ["a": "g"], environment: environment)
    func value(_ name: String) -> String? {
      if case .known(let value, _)? = values[name] { value.string } else { nil }
    }
    #expect(["a", "b", "c", "d"].map { value($0) ?? "" } == ["g", "e", "d", "t"])
    guard case .secret? = values.contents["c"] else {
      Issue.record("c isn't secret")
      return
    }
    let wrong = try self.environment("parameters: {aa: 1}")
    #expect(throws: Diagnostics.self) { try template.parameterValues(given: [:], environment: wrong) }
  }
}
