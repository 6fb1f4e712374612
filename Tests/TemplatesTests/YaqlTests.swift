import Document
import OrderedCollections
import Templates
import Testing

/// Queries as public templates have them, and what YAQL gives for them.
struct YaqlTests {
  private func answer(_ expression: String, _ data: String) throws -> String {
    let text = """
      heat_template_version: rocky
      outputs:
        o:
          value:
            yaql:
              expression: \(Value.string(expression).jsonText())
              data: \(data)
      """
    let reading = HOTTests.reading(text)
    let problems = Diagnostics(reading.diagnostics.filter { $0.severity == .error })
    guard let template = reading.template, let output = template.outputs["o"] else { throw problems }
    guard case .known(let value, _) = try output.value.evaluate(in: Nowhere(), of: template) else {
      return ""
    }
    return value.jsonText()
  }

  private struct Nowhere: Scope {
    func parameter(_ name: String) -> Evaluated? { nil }
    func reference(_ logicalID: String) -> Evaluated { .absent }
    func attribute(_ name: String, of logicalID: String) throws(Diagnostic) -> Evaluated { .absent }
    func zones(ofRegion region: String) -> [String] { [] }
    func export(_ name: String) -> Evaluated? { nil }
  }

  @Test(
    "queries of public templates have answers",
    arguments: [
      ("str($.data.debug)", "{debug: true}", #""true""#),
      ("concat($.data.rightSplit(separator => \":\", maxSplits => 1)[0], \":x\")", "'a:b:c'", #""a:b:x""#),
      (
        "let(location => $.data.rightSplit(':', 1)[0]) -> regex('(?:https?://)?(.*?)/(.*)').split($location)[1]",
        "'https://reg.io/ns/img:tag'", #""reg.io""#
      ),
      ("coalesce($.data, []).flatten().distinct()", "[[a, b], [b]]", #"["a","b"]"#),
      ("$.data.max()", "[3, 9, 4]", "9"), ("coalesce($.data, []).first(null)", "[]", "null"),
      ("$.data.where($.get('ip'))", "[{ip: 1}, {}]", #"[{"ip":1}]"#),
      (
        "switch(not isList($.data) => 1, not $.data.where($.startsWith('v')).len() => 2, true => int($.data.where($.startsWith('v')).first().split('=').last()))",
        "[a, 'v=7']", "7"
      ),
      (
        "let(c => $.data.cred) -> $c.get($.data.ns, {}).values().last(default => \"\").isEmpty()",
        "{cred: {}, ns: n}", "true"
      ),
      ("($.data.a).mergeWith($.data.b)", "{a: {x: {y: 1}}, b: {x: {z: 2}}}", #"{"x":{"y":1,"z":2}}"#),
      ("$.data.where($ != null).reduce($1.mergeWith($2), {})", "[{a: 1}, null, {b: 2}]", #"{"a":1,"b":2}"#),
      ("$.data.split('/')[0].matches('(\\.|:)')", "'a.b/c'", "false"),
      ("$.data.split('/')[0].matches('.*(\\.|:)')", "'a.b/c'", "true"),
      (
        "let(root => $) -> dict($root.data.map.items().where($[0] in $root.data.names))",
        "{map: {a: 1, b: 2}, names: [b]}", #"{"b":2}"#
      ),
      (
        "dict($.data.where($ != null).flatten().selectMany($.items()).groupBy($[0], $[1]))",
        "[{a: 1}, {a: 2, b: 3}]", #"{"a":[1,2],"b":[3]}"#
      ),
      ("$.data.values().any($.get(\"b\", \"\") = \"rbd\")", "{x: {b: rbd}}", "true"),
      ("'\":\" in $.data'", "x", #""\":\" in $.data""#), ("\":\" in $.data", "'a:b'", "true"),
      (
        "dict($.data.map.items().select([ regex(`([a-z0-9])([A-Z])`).replace($[0], '\\1_\\2').toLower(), $[1]]))",
        "{map: {FooBar: 1}}", #"{"foo_bar":1}"#
      ),
      ("dict($.data.keys().select($.toLower()).zip($.data.values()))", "{A: 1}", #"{"a":1}"#),
      ("range(0,len($.data)).join(\",\").split(\",\")", "[x, y]", #"["0","1"]"#),
      ("$.data.select($+\":\"+$+\":ro\")", "[/a]", #"["/a:/a:ro"]"#),
      ("$.data.items().select($.join('='))", "{a: b}", #"["a=b"]"#),
      (
        "let(hz => regex(\"([0-9]+[K|M|G])\").search($.data.k+$.data.g)) -> let(n => switch($hz = \"2M\" => \"2048\", $hz = null => \"0\")) -> [$n]*len($.data.p)",
        "{k: x, g: 2M, p: [a, b]}", #"["2048","2048"]"#
      ),
      (
        "$.data.physnets.zip($.data.macs).toDict($.first(), $.last())", "{physnets: [p], macs: [m]}",
        #"{"p":"m"}"#
      ),
      (
        "let(s => $.data.s) -> $s.deleteAll($s.keys().where($s[$] = null))", "{s: {a: null, b: 1}}",
        #"{"b":1}"#
      ),
      (
        "coalesce($.data, []).where($ != null and $.containsKey('m')).m.flatten()", "[{m: [1]}, {}, null]",
        "[1]"
      ),
      (
        "switch($.data = {} => \"no\", $.data != {} => $.data.items().orderBy($[0]).first()[1])",
        "{b: 2, a: 1}", "1"
      ),
      (
        "dict(coalesce($.data, []).select([$.get('t'), $.get('n')]).select([$[0], dict($[0].keys().zip(dict(n=>$[1]).repeat(len($[0].keys()))))]).select($[0].mergeWith($[1])).selectMany($.items()).groupBy($[0], $[1]))",
        "[{t: {s1: {a: 1}}, n: x}]", #"{"s1":[{"a":1,"n":"x"}]}"#
      ),
      ("str(\"{0}\".format($.data).split(\"/\")[-1])", "a/b", #""b""#), ("7 / 2 + 7 mod 4 * 2", "x", "9"),
    ] as [(String, String, String)])
  func queries(expression: String, data: String, expected: String) throws {
    #expect(try answer(expression, data) == expected)
  }

  @Test(
    "what goes beyond says so",
    arguments: [
      ("$.data.(", "[]", "expected a name after the dot"),
      ("$.data.frobnicate()", "[]", "no function `frobnicate`"),
      ("$.data.first()", "[]", "`first` of an empty list"),
      ("$.data + 1", "a", "`+` can't take a string and an integer"),
      ("range(0, 1000)", "x", "more than 200 items"), ("'a' * 20000", "x", "more than 10000 bytes"),
      ("regex('(a+)+$').search('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab')", "x", "takes too long"),
      (
        "let(a => [1,1]) -> let(b => [$a,$a,$a,$a,$a,$a]) -> let(c => [$b,$b,$b,$b,$b,$b,$b,$b]) -> let(d => [$c,$c,$c,$c,$c,$c,$c,$c,$c]) -> [$d,$d,$d,$d,$d,$d,$d,$d,$d,$d,$d,$d]",
        "x", "more than 10000 values"
      ),
      ("$.data.nam", "{name: 1}", "there is no key `nam`"),
    ] as [(String, String, String)])
  func faults(expression: String, data: String, message: String) {
    #expect { try answer(expression, data) } throws: { error in
      let items = (error as? any Explainable)?.diagnostics ?? []
      return items.contains { $0.message.contains(message) }
    }
  }

  @Test("a query nested without end is refused")
  func deep() {
    let open = String(repeating: "(", count: 4_000)
    #expect(throws: (any Error).self) { try answer(open, "x") }
    #expect(throws: (any Error).self) { try answer("$" + String(repeating: ".a", count: 4_000), "x") }
    #expect(throws: (any Error).self) { try answer("1" + String(repeating: "+1", count: 4_000), "x") }
  }
}
