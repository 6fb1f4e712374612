import Document
import OrderedCollections
import Templates
import Testing

/// Knows parameters, and one resource with attributes.
private struct HOTScope: Scope {
  var values: [String: Evaluated] = ["OS::stack_name": .known("blog", isSecret: false)]

  func parameter(_ name: String) -> Evaluated? { values[name] }
  func reference(_ logicalID: String) -> Evaluated { .later(needs: [logicalID]) }
  func attribute(_ name: String, of logicalID: String) throws(Diagnostic) -> Evaluated {
    .known(["net": ["10.0.0.1", "10.0.0.2"]], isSecret: false)
  }
  func attributes(of logicalID: String) -> Evaluated { .known(["a": 1], isSecret: false) }
  func zones(ofRegion region: String) -> [String] { ["nova"] }
  func export(_ name: String) -> Evaluated? { nil }
}

struct HOTTests {
  static func reading(_ text: String, name: String = "t.yaml") -> TemplateReading {
    TemplateReader.read(Source(name: name, text: text))
  }

  private func evaluate(_ yaml: String, version: String = "wallaby") throws -> Evaluated {
    let text = """
      heat_template_version: \(version)
      parameters:
        name: {type: string, default: web}
        count: {type: number, default: 2}
        on: {type: boolean, default: true}
        word: {type: string, default: x, hidden: true}
        list: {type: comma_delimited_list, default: 'a,b,c'}
        map: {type: json, default: {k: {l: [1, 2]}, m: n}}
      conditions:
        is_web: {equals: [{get_param: name}, web]}
      resources:
        r: {type: OS::Nova::Server}
      outputs:
        o: {value: \(yaml)}
      """
    let reading = Self.reading(text)
    let problems = Diagnostics(reading.diagnostics.filter { $0.severity == .error })
    guard let template = reading.template, let output = template.outputs["o"] else { throw problems }
    var scope = HOTScope()
    scope.values.merge(try template.parameterValues(given: [:]).evaluated) { $1 }
    return try output.value.evaluate(in: scope, of: template)
  }

  @Test(
    "functions give what Heat gives",
    arguments: [
      ("{get_param: [map, k, l, 1]}", "2"), ("{get_param: [map, nothing]}", "\"\""),
      ("{get_param: [list, -1]}", "\"c\""), ("{get_param: OS::stack_name}", "\"blog\""),
      ("{get_attr: [r, networks, net, 1]}", "\"10.0.0.2\""), ("{get_attr: [r, networks, none]}", "null"),
      ("{get_attr: [r]}", #"{"a":1}"#),
      ("{list_join: [',', [a, {get_param: name}], {get_param: list}]}", "\"a,web,a,b,c\""),
      ("{list_join: ['', [{a: 1}, null, [b]]]}", #""{\"a\":1}[\"b\"]""#),
      ("{str_split: [',', 'x,y,z', 1]}", "\"y\""),
      ("{str_replace: {template: 'var var1 $', params: {var: A, var1: var, $: 3}}}", "\"A var 3\""),
      ("{str_replace_strict: {template: 'a b', params: {a: [1], b: ''}}}", #""[1] ""#),
      (
        "{repeat: {template: 'p-<%x%>', for_each: {<%x%>: {get_param: list}}}}",
        #"["p-a","p-b","p-c"]"#
      ),
      (
        "{repeat: {template: {v-XX: YY}, for_each: {XX: [1, 2], YY: [a, b]}}}",
        #"[{"v-1":"a"},{"v-1":"b"},{"v-2":"a"},{"v-2":"b"}]"#
      ),
      (
        "{repeat: {template: [XX, YY], for_each: {XX: [1, 2], YY: [a, b]}, permutations: false}}",
        #"[["1","a"],["2","b"]]"#
      ),
      ("{repeat: {template: KK, for_each: {KK: {get_param: map}}}}", #"["k","m"]"#),
      ("{map_merge: [{a: 1, b: 2}, null, {a: 3}]}", #"{"a":3,"b":2}"#),
      ("{map_replace: [{k1: v1, k2: v2}, {keys: {k1: K}, values: {v2: V}}]}", #"{"K":"v1","k2":"V"}"#),
      ("{list_concat: [[1], null, {get_param: list}]}", #"[1,"a","b","c"]"#),
      ("{list_concat_unique: [[a, z], {get_param: list}]}", #"["a","z","b","c"]"#),
      ("{filter: [[a, b], {get_param: list}]}", #"["c"]"#), ("{contains: [b, {get_param: list}]}", "true"),
      (
        "{make_url: {scheme: https, host: '::1', port: 80, username: a b, path: x y, query: {q: a/b c}}}",
        "\"https://a%20b@[::1]:80/x%20y?q=a/b+c\""
      ),
      ("{digest: [md5, hello]}", "\"5d41402abc4b2a76b9719d911017c592\""),
      ("{if: [is_web, 1, 2]}", "1"), ("{if: [{not: is_web}, 1, 2]}", "2"),
      ("{if: [{get_param: on}, 1]}", "1"), ("{a: {if: [{not: is_web}, 1]}, b: 2}", #"{"b":2}"#),
      ("{if: [{and: [is_web, {contains: [b, {get_param: list}]}]}, y1, n1]}", "\"y1\""),
      ("{yaql: {expression: $.data.l.len(), data: {l: {get_param: list}}}}", "3"),
    ] as [(String, String)])
  func functions(yaml: String, expected: String) throws {
    guard case .known(let value, false) = try evaluate(yaml) else {
      Issue.record("not known")
      return
    }
    #expect(value.jsonText() == expected)
  }

  @Test("the first version has some of CloudFormation's functions")
  func firstVersion() throws {
    let text = """
      heat_template_version: 2013-05-23
      parameters: {p: {type: comma_delimited_list, default: 'a,b'}}
      resources: {r: {type: T, properties: {x: {'Fn::Select': [1, {Ref: p}]}}}}
      """
    let template = try #require(Self.reading(text).template)
    var scope = HOTScope()
    scope.values = try template.parameterValues(given: [:]).evaluated
    let value = try #require(template.resources["r"]?.properties["x"])
    guard case .known("b", false) = try value.evaluate(in: scope, of: template) else {
      Issue.record("not b")
      return
    }
  }

  @Test("a secret taints what it goes into, and what depends on a resource is known later")
  func taint() throws {
    guard case .known(_, true) = try evaluate("{list_join: ['', [{get_param: word}]]}") else {
      Issue.record("not secret")
      return
    }
    guard case .later(let needs) = try evaluate("{yaql: {expression: $.data, data: {get_resource: r}}}")
    else {
      Issue.record("not later")
      return
    }
    #expect(needs == ["r"])
  }

  @Test(
    "what can't be is an error with its reason",
    arguments: [
      ("{str_replace_strict: {template: a, params: {q: 1}}}", "the template doesn't have `q`"),
      ("{str_replace_vstrict: {template: a, params: {a: ''}}}", "the param `a` has an empty value"),
      ("{str_split: [',', 'x', 5]}", "there is no item 5 in a list of 1"),
      (
        "{repeat: {template: x, for_each: {x: [1], y: [1, 2]}, permutations: false}}",
        "the lists of `repeat` must be equally long without permutations"
      ),
      ("{map_replace: [{a: 1, b: 2}, {keys: {a: b}}]}", "`map_replace` would make two keys `b`"),
      ("{resource_facade: metadata}", "`resource_facade` has no resource to ask"),
      ("{make_url: {port: 70000}}", "`70000` isn't a port"),
    ] as [(String, String)])
  func faults(yaml: String, message: String) {
    #expect { try evaluate(yaml) } throws: { ($0 as? Diagnostic)?.message == message }
  }

  @Test("nested repetitions end at a bound")
  func bounds() {
    let inner = "{repeat: {template: 'aXX', for_each: {XX: {repeat: {template: b, for_each: {q: LIST}}}}}}"
    let list = "[" + (0..<400).map(String.init).joined(separator: ", ") + "]"
    let yaml = "{repeat: {template: \(inner), for_each: {YY: LIST, ZZ: LIST}}}".split(separator: "LIST")
      .joined(separator: list)
    #expect(throws: Diagnostic.self) { try evaluate(yaml) }
  }
}
