import Ambience
import Document
import EmbeddedCloud
import Glibc
import HTTP
import Loading
import OpenStack
import OrderedCollections
import Secrets
import Templates
import Testing

/// A server of the web with a few pages; what it isn't told answers 404.
private struct Pages: Transport {
  let answers: [String: Response]

  func send(_ request: Request) async throws -> Response {
    if request.url.hasPrefix("http://gone/") {
      throw HTTPError(.unknownHost, url: request.url, detail: "no such host")
    }
    return answers[request.url] ?? Response(status: 404)
  }
}

private func page(_ text: String) -> Response { Response(status: 200, body: Array(text.utf8)) }

private func loader(_ pages: [String: Response] = [:], objects: ObjectStore? = nil) -> TemplateLoader {
  TemplateLoader(
    texts: TextLoader(
      web: { Pages(answers: pages) }, objects: objects.map { store in { @Sendable in store } }))
}

/// A folder that is removed with its files when it is let go.
private final class Folder {
  let path: String

  init(_ files: [String: String]) throws {
    path = "/tmp/kiln-loading-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    mkdir(path, 0o700)
    for (name, text) in files {
      let file = try #require(fopen("\(path)/\(name)", "w"))
      fputs(text, file)
      fclose(file)
    }
    names = Array(files.keys)
  }

  private let names: [String]

  deinit {
    for name in names { unlink("\(path)/\(name)") }
    rmdir(path)
  }
}

private let embeddedStore: ObjectStore = {
  let configuration = CloudConfiguration(
    name: "embedded", authURL: EmbeddedCloud.address + "/identity/v3",
    login: .password(user: .name(Account.user, .id("default")), password: Secret(Account.password)),
    scope: .project(.name(Account.project, .id("default"))), region: "RegionOne")
  let ambient = Ambient.system()
  return Cloud(
    configuration: configuration, transport: EmbeddedCloud(ambient: ambient), ambient: ambient
  ).object
}()

@Suite("loading what templates name")
struct LoaderTests {
  private let hot = """
    heat_template_version: 2021-04-16
    resources:
      web:
        type: OS::Nova::Server
        properties:
          flavor: m1.small
          user_data: {get_file: boot.sh}
      inner:
        type: inner.yaml
        properties: {size: 3}
    """
  private let inner = """
    heat_template_version: 2021-04-16
    parameters:
      size: {type: number}
    resources:
      disk:
        type: OS::Cinder::Volume
        properties: {size: {get_param: size}}
    """

  @Test("a template's files are read relative to it, and those of templates inside it too")
  func localFiles() async throws {
    let folder = try Folder(["boot.sh": "#!/bin/sh\necho kiln\n", "inner.yaml": inner])
    let reading = await loader().read(Source(name: "\(folder.path)/web.yaml", text: hot))
    let template = try #require(reading.template, "\(reading.diagnostics)")
    #expect(
      template.surroundings.files?.texts == [
        "\(folder.path)/boot.sh": "#!/bin/sh\necho kiln\n", "\(folder.path)/inner.yaml": inner,
      ])
  }

  @Test("a file that isn't there is an error where it is named")
  func missingFile() async throws {
    let folder = try Folder(["inner.yaml": inner])
    let reading = await loader().read(Source(name: "\(folder.path)/web.yaml", text: hot))
    let problem = try #require(reading.diagnostics.first)
    #expect(reading.template == nil)
    #expect(problem.code == "unreadable_file")
    #expect(problem.message == "\(folder.path)/boot.sh can't be read: No such file or directory")
    #expect(problem.place?.start.line == 7)
  }

  @Test("a template from the web has its files from there, redirects followed")
  func web() async throws {
    let pages = [
      "http://site/a/boot.sh": Response(status: 302, headers: ["Location": "/b/boot.sh"]),
      "http://site/b/boot.sh": page("boot"), "http://site/a/inner.yaml": page(inner),
    ]
    let reading = await loader(pages).read(Source(name: "http://site/a/web.yaml", text: hot))
    #expect(reading.template?.surroundings.files?.texts["http://site/a/boot.sh"] == "boot")
  }

  @Test(
    "what the web doesn't give is told in words",
    arguments: [
      ("http://site/x.yaml", "can't be loaded: HTTP status 404"),
      ("http://site/loop", "leads on more than 5 times"),
      ("http://site/file", "leads on to /etc/passwd"),
      ("swift://things/x", "can't be loaded: no cloud is chosen"),
      ("swift://things", "names no object: write swift://container/object"),
      ("ftp://site/x", "can't be read: kiln doesn't know ftp://"),
      ("http://site/latin", "isn't UTF-8"),
    ])
  func refusals(_ address: String, _ why: String) async throws {
    let texts = TextLoader(web: {
      Pages(answers: [
        "http://site/loop": Response(status: 301, headers: ["Location": "/loop"]),
        "http://site/file": Response(status: 301, headers: ["Location": "file:///etc/passwd"]),
        "http://site/latin": Response(status: 200, body: [0xE9, 0x20]),
      ])
    })
    let failure = await #expect(throws: TextLoader.Failure.self) { try await texts.text(at: address) }
    #expect(failure?.why == why)
  }

  @Test("a host that isn't there is told in words")
  func unknownHost() async throws {
    let failure = await #expect(throws: TextLoader.Failure.self) {
      try await TextLoader(web: { Pages(answers: [:]) }).text(at: "http://gone/x")
    }
    #expect(failure?.why.hasPrefix("can't be loaded: ") == true)
  }

  @Test("what a template includes comes from an object of the cloud")
  func objects() async throws {
    try await embeddedStore.createContainer("snippets")
    try await embeddedStore.put("tags.yaml", in: "snippets", Array("Size: 7".utf8))
    let text = """
      Resources:
        Disk:
          Type: AWS::EC2::Volume
          Properties:
            AvailabilityZone: nova
            Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://snippets/tags.yaml}}
      """
    let reading = await loader(objects: embeddedStore).read(Source(name: "disk.yaml", text: text))
    let template = try #require(reading.template, "\(reading.diagnostics)")
    #expect(template.resources["Disk"]?.properties.keys.contains("Size") == true)
  }

  @Test("what a template includes and isn't there is an error where it is named")
  func missingInclusion() async throws {
    let text = """
      Resources:
        Disk:
          Type: AWS::EC2::Volume
          Properties:
            Fn::Transform: {Name: AWS::Include, Parameters: {Location: nowhere.yaml}}
      """
    let reading = await loader().read(Source(name: "disk.yaml", text: text))
    #expect(reading.diagnostics.contains { $0.code == "unreadable_file" && $0.place?.start.line == 5 })
  }

  @Test("environments are merged in their order, and what is wrong in them is told")
  func environments() async throws {
    let folder = try Folder([
      "a.yaml": "parameters: {size: 1, name: a}", "b.yaml": "parameters: {size: 2}",
      "c.yaml": "parametrs: {}",
    ])
    let environment = try await loader().environment(at: ["\(folder.path)/a.yaml", "\(folder.path)/b.yaml"])
    #expect(environment?.parameters == ["size": 2, "name": "a"])
    #expect(environment?.sources.count == 2)
    let wrong = await #expect(throws: Diagnostics.self) {
      try await loader().environment(at: ["\(folder.path)/c.yaml", "\(folder.path)/d.yaml"])
    }
    #expect(wrong?.items.map(\.code) == ["invalid_environment", "unreadable_file"])
  }

  @Test("a template remembers its environment's values")
  func remembered() async throws {
    let folder = try Folder(["a.yaml": "parameters: {size: 5}"])
    let environment = try await loader().environment(at: ["\(folder.path)/a.yaml"])
    let reading = await loader().read(Source(name: "inner.yaml", text: inner), in: environment)
    let template = try #require(reading.template)
    #expect(try template.parameterValues(given: [:]).evaluated.count == 1)
    #expect(throws: Diagnostics.self) { try template.parameterValues(given: ["other": 1]) }
  }
}
