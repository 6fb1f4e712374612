import Document
import OrderedCollections
import Templates
import Testing

struct NestedTemplateTests {
  /// Reads as a caller does: load what is wished for until nothing is.
  private func read(
    _ files: [String: String], root: String = "stacks/main.yaml", environment: Environment? = nil
  ) -> (reading: TemplateReading, rounds: Int) {
    var surroundings = TemplateSurroundings(files: TemplateFiles(), environment: environment)
    let source = Source(name: root, text: files[root] ?? "")
    for round in 1... {
      let reading = TemplateReader.read(source, in: surroundings)
      if reading.wishes.isEmpty || round > 20 { return (reading, round) }
      for wish in reading.wishes {
        if let text = files[wish.address] {
          surroundings.files?.add(text, at: wish.address)
        } else {
          surroundings.files?.fail(wish.address, "can't be read: no such file")
        }
      }
    }
    return (TemplateReading(template: nil, diagnostics: []), 0)
  }

  private static let inner = """
    heat_template_version: wallaby
    parameters: {size: {type: number}, name: {type: string, default: x}}
    resources:
      s:
        type: OS::Nova::Server
        properties:
          user_data: {get_file: scripts/boot.sh}
          name: {get_param: name}
          size: {get_param: size}
    outputs: {ip: {value: {get_attr: [s, first_address]}}}
    """

  @Test("templates inside templates and files are found relative to the file that names them")
  func nested() throws {
    let (reading, rounds) = read([
      "stacks/main.yaml": """
      heat_template_version: wallaby
      resources: {web: {type: ../lib/web.yaml, properties: {size: 1}}}
      outputs: {o: {value: {get_attr: [web, ip]}}}
      """,
      "lib/web.yaml": Self.inner, "lib/scripts/boot.sh": "#!/bin/sh\n",
    ])
    let template = try #require(reading.template, "\(reading.diagnostics.map { $0.rendered() })")
    #expect(rounds == 3)
    #expect(template.resources["web"]?.details.templateAddress == "lib/web.yaml")
    let inner = try #require(template.details.nested["lib/web.yaml"])
    let userData = try #require(inner.resources["s"]?.properties["user_data"])
    guard case .function(.heat(.file("scripts/boot.sh", "#!/bin/sh\n"?))) = userData.kind else {
      Issue.record("no text")
      return
    }
  }

  @Test("a nested template is held to its parameters and outputs")
  func interface() {
    let (reading, _) = read([
      "stacks/main.yaml": """
      heat_template_version: wallaby
      resources: {web: {type: ../lib/web.yaml, properties: {nam: 1}}}
      outputs: {o: {value: {get_attr: [web, ipp]}}}
      """,
      "lib/web.yaml": Self.inner, "lib/scripts/boot.sh": "",
    ])
    #expect(reading.diagnostics.map(\.code).sorted() == ["E1010", "E3002", "E3003"])
    #expect(reading.diagnostics.compactMap(\.hint).contains("did you mean `name`?"))
  }

  @Test("a template that contains itself is an error with its way")
  func cycle() {
    let (reading, _) = read([
      "stacks/main.yaml": "{heat_template_version: wallaby, resources: {a: {type: b.yaml}}}",
      "stacks/b.yaml": "{heat_template_version: wallaby, resources: {a: {type: main.yaml}}}",
    ])
    #expect(
      reading.diagnostics.map(\.message) == [
        "these templates contain each other: stacks/main.yaml → stacks/b.yaml → stacks/main.yaml"
      ])
  }

  @Test("templates nest to Heat's depth and no deeper")
  func depth() {
    var files: [String: String] = [:]
    for number in 0..<9 {
      files["\(number).yaml"] = "{heat_template_version: wallaby, resources: {a: {type: \(number + 1).yaml}}}"
    }
    let (reading, rounds) = read(files, root: "0.yaml")
    #expect(reading.diagnostics.map(\.code) == ["too_deep"])
    #expect(rounds == 6)
  }

  @Test("a file that isn't there is an error where it is named")
  func missing() {
    let (reading, _) = read([
      "stacks/main.yaml": "heat_template_version: wallaby\noutputs: {o: {value: {get_file: a.txt}}}"
    ])
    #expect(reading.diagnostics.map(\.message) == ["stacks/a.txt can't be read: no such file"])
    #expect(reading.diagnostics.first?.place?.start.line == 2)
  }

  @Test("a registry gives types and templates")
  func registry() throws {
    let environment = try #require(
      EnvironmentReader.read(
        Source(
          name: "env/e.yaml",
          text: "resource_registry: {My::Web: ../lib/web.yaml, My::Disk: OS::Cinder::Volume}")
      ).environment)
    let (reading, _) = read(
      [
        "stacks/main.yaml": """
        heat_template_version: wallaby
        resources: {web: {type: My::Web, properties: {size: 1}}, disk: {type: My::Disk}}
        """,
        "lib/web.yaml": Self.inner, "lib/scripts/boot.sh": "",
      ], environment: environment)
    let template = try #require(reading.template)
    #expect(template.resources["disk"]?.type == "OS::Cinder::Volume")
    #expect(template.resources["web"]?.details.templateAddress == "lib/web.yaml")
  }

  @Test(
    "addresses are resolved",
    arguments: [
      ("a.yaml", "x/main.yaml", "x/a.yaml"), ("../a.yaml", "x/main.yaml", "a.yaml"),
      ("/a/./b.yaml", "x/main.yaml", "/a/b.yaml"), ("file:///a/../b", "x", "/b"),
      ("b.yaml", "https://h/x/a.yaml?q=/z/", "https://h/x/b.yaml"),
      ("/b.yaml", "https://h/x/a.yaml", "https://h/b.yaml"), ("http://o/b", "https://h/a", "http://o/b"),
      ("../../b", "x/a", "../b"),
    ] as [(String, String, String)])
  func addresses(name: String, base: String, expected: String) {
    #expect(FileAddress.resolve(name, relativeTo: base) == expected)
  }
}
