import Document
import HTTP
import OpenStack
import Secrets
import Testing

/// The cases of files and variables were compared once with what openstacksdk 0.101.0 reads from the same values.
struct CloudConfigurationTests {
  private func load(
    _ yaml: String? = nil, _ cloud: String? = nil, region: String? = nil, secure: String? = nil,
    vendors: String? = nil, environment: [String: String] = [:]
  ) throws -> CloudConfiguration {
    let files = [
      "/home/u/.config/openstack/clouds.yaml": yaml, "/home/u/.config/openstack/secure.yaml": secure,
      "/home/u/.config/openstack/clouds-public.yaml": vendors,
    ]
    let environment = environment.merging(["HOME": "/home/u"]) { first, _ in first }
    return try CloudConfiguration.load(
      cloud: cloud, region: region, environment: environment, read: { files[$0] ?? nil })
  }

  private let simple = """
    clouds:
      prod:
        auth:
          auth_url: https://cloud:5000/v3
          username: ann
          password: 0123
          project_name: web
          domain_name: Acme
        region_name: north
        interface: internal
        cacert: /etc/ca.pem
        compute_endpoint_override: https://nova:8774/v2.1
        volume_default_microversion: "3.50"
      test:
        auth_type: v3applicationcredential
        auth:
          auth_url: https://test:5000
          application_credential_id: abc
          application_credential_secret: hush
        verify: false
    """

  @Test("a user with a password is read, with the domain given once for user and project")
  func password() throws {
    let cloud = try load(simple, "prod")
    #expect(cloud.authURL == "https://cloud:5000/v3")
    #expect(cloud.login == .password(user: .name("ann", .name("Acme")), password: Secret("0123")))
    #expect(cloud.scope == .project(.name("web", .name("Acme"))))
    #expect(cloud.region == "north")
    #expect(cloud.interface == .internal)
    #expect(cloud.tls == TLSOptions(authorityFile: "/etc/ca.pem"))
    #expect(cloud.services["compute"]?.endpoint == "https://nova:8774/v2.1")
    #expect(cloud.services["block-storage"]?.microversion == Microversion(3, 50))
  }

  @Test("an application credential is read")
  func applicationCredential() throws {
    let cloud = try load(simple, "test")
    #expect(cloud.login == .applicationCredential(.id("abc"), user: nil, secret: Secret("hush")))
    #expect(!cloud.tls.verifies)
  }

  @Test("OS_CLOUD chooses, and an argument wins over it")
  func choice() throws {
    #expect(try load(simple, environment: ["OS_CLOUD": "test"]).name == "test")
    #expect(try load(simple, "prod", environment: ["OS_CLOUD": "test"]).name == "prod")
  }

  @Test("the variables describe a cloud of their own, which is the one when no other is chosen")
  func variables() throws {
    let environment = [
      "OS_AUTH_URL": "http://k:5000", "OS_USERNAME": "u", "OS_PASSWORD": "p", "OS_PROJECT_NAME": "q",
      "OS_USER_DOMAIN_NAME": "D", "OS_PROJECT_DOMAIN_ID": "e", "OS_REGION_NAME": "R", "OS_INTERFACE": "admin",
      "OS_INSECURE": "true",
    ]
    let cloud = try load(simple, environment: environment)
    #expect(cloud.name == "envvars")
    #expect(cloud.login == .password(user: .name("u", .name("D")), password: Secret("p")))
    #expect(cloud.scope == .project(.name("q", .id("e"))))
    #expect(cloud.region == "R")
    #expect(cloud.interface == .admin)
    #expect(!cloud.tls.verifies)
  }

  @Test("a file in which nothing stands describes no cloud", arguments: ["", "\n", "# clouds\n---\n"])
  func empty(text: String) throws {
    let environment = ["OS_AUTH_URL": "http://c:5000", "OS_USERNAME": "ann", "OS_PASSWORD": "x"]
    #expect(try load(text, environment: environment).authURL == "http://c:5000")
  }

  @Test("the secrets of secure.yaml come over those of clouds.yaml")
  func secure() throws {
    let secure = "clouds: {prod: {auth: {password: better}}}"
    let cloud = try load(simple, "prod", secure: secure)
    #expect(cloud.login == .password(user: .name("ann", .name("Acme")), password: Secret("better")))
  }

  @Test("a vendor's profile lies under the cloud's own settings, and its URL may name the region")
  func profile() throws {
    let vendors = """
      public-clouds:
        acme:
          auth: {auth_url: "https://{region_name}.acme.example/v3", username: nobody}
          regions: [east, west]
      """
    let mine = """
      clouds:
        mine: {profile: acme, auth: {username: me, password: x, project_id: p}}
      """
    let cloud = try load(mine, region: "west", vendors: vendors)
    #expect(cloud.authURL == "https://west.acme.example/v3")
    #expect(cloud.scope == .project(.id("p")))
    #expect(cloud.login == .password(user: .name("me", .id("default")), password: Secret("x")))
  }

  @Test("a region's own values come over the cloud's")
  func regions() throws {
    let yaml = """
      clouds:
        c:
          auth: {auth_url: http://k, username: u, password: p}
          regions:
            - one
            - name: two
              values: {interface: internal}
      """
    #expect(try load(yaml).region == "one")
    let two = try load(yaml, region: "two")
    #expect(two.region == "two")
    #expect(two.interface == .internal)
  }

  @Test("a token is recognised by itself")
  func token() throws {
    let environment = ["OS_AUTH_URL": "http://k", "OS_TOKEN": "t", "OS_PROJECT_ID": "p"]
    #expect(try load(environment: environment).login == .token(Secret("t")))
  }

  @Test("old names still count: tenant, auth_plugin, endpoint_type")
  func oldNames() throws {
    let yaml = """
      clouds:
        c:
          auth_plugin: v3password
          auth: {auth_url: http://k, user_id: u, password: p, tenant_name: t, default_domain_id: d}
          endpoint_type: internalURL
      """
    let cloud = try load(yaml)
    #expect(cloud.login == .password(user: .id("u"), password: Secret("p")))
    #expect(cloud.scope == .project(.name("t", .id("d"))))
    #expect(cloud.interface == .internal)
  }

  @Test("the file that OS_CLIENT_CONFIG_FILE names comes first")
  func configFile() throws {
    let cloud = try CloudConfiguration.load(
      environment: ["OS_CLIENT_CONFIG_FILE": "/x/y.yaml", "HOME": "/home/u"],
      read: { path in
        let url = path == "/x/y.yaml" ? "http://first" : "http://second"
        return path.contains("secure")
          ? nil : "clouds: {c: {auth: {auth_url: \"\(url)\", username: u, password: p}}}"
      })
    #expect(cloud.authURL == "http://first")
  }

  // MARK: - Mistakes

  private func mistake(_ yaml: String?, _ cloud: String? = nil, region: String? = nil) -> [Diagnostic] {
    do {
      _ = try load(yaml, cloud, region: region)
      return []
    } catch let error as any Explainable {
      return error.diagnostics
    } catch {
      return []
    }
  }

  @Test("a slip in the cloud's name is recognised, and else the clouds are listed")
  func unknownCloud() {
    let slip = mistake(simple, "prdo").first
    #expect(slip?.code == "cloud_not_found")
    #expect(slip?.hint == "did you mean prod?")
    #expect(mistake(simple, "elsewhere").first?.hint == "the clouds are prod, test")
    #expect(mistake(simple).first?.hint == "set OS_CLOUD to one of prod, test")
    #expect(mistake(nil).first?.code == "no_cloud")
  }

  @Test("all that is missing is told at once, with the place of the cloud's entry")
  func missing() {
    let problems = mistake("clouds:\n  c:\n    auth: {project_name: x}\n")
    #expect(
      problems.map(\.message) == [
        "cloud c has no auth_url", "cloud c has no username", "cloud c has no password",
      ])
    #expect(problems.allSatisfy { $0.place?.source.name == "/home/u/.config/openstack/clouds.yaml" })
  }

  @Test("a wrong value is told with its place")
  func wrongValues() {
    let auth = "auth: {auth_url: a, username: b, password: c}"
    let type = mistake("clouds:\n  c:\n    \(auth)\n    auth_type: pasword\n").first
    #expect(type?.code == "unknown_auth_type")
    #expect(type?.hint == "did you mean password?")
    #expect(type?.place?.start == Position(line: 4, column: 16))
    let interface = mistake("clouds:\n  c:\n    \(auth)\n    interface: inside\n").first
    #expect(interface?.place?.start.line == 4)
  }

  @Test("a region that the cloud doesn't have is told")
  func unknownRegion() {
    let yaml = "clouds: {c: {auth: {auth_url: a, username: b, password: c}, regions: [north, south]}}"
    #expect(mistake(yaml, region: "noth").first?.hint == "did you mean north?")
  }

  @Test(
    "a file that is no clouds.yaml is told, not passed over",
    arguments: [
      "clouds: [a]", "clouds: {c: 1}", "clouds: {c: {auth: x}}", "clouds: {c: {regions: [[]]}}",
      "clouds: {a: b",
    ])
  func damaged(_ yaml: String) { #expect(!mistake(yaml).isEmpty) }

  private func entry(_ networks: String) -> String {
    """
    clouds:
      prod:
        auth: {auth_url: https://cloud:5000/v3, username: ann, password: hush, project_name: web}
        networks:
    \(networks)
    """
  }

  @Test("networks say where servers and floating IPs belong that name none")
  func networks() throws {
    let text = entry(
      """
          - {name: back}
          - {name: front, default_interface: true}
          - {name: 11e7, routes_externally: true, nat_source: "True"}
      """)
    #expect(try load(text, "prod").networks == .init(servers: "front", addresses: "11e7"))
    #expect(try load(simple, "prod").networks == .init())
    let secure = "clouds: {prod: {networks: [{name: lab, default_interface: true}]}}"
    #expect(try load(text, "prod", secure: secure).networks == .init(servers: "lab"))
  }

  @Test("networks that contradict each other, or have no name, are told of with their place")
  func wrongNetworks() throws {
    let two = entry("      - {name: a, default_interface: true}\n      - {name: b, default_interface: true}")
    let error = try #require(throws: Diagnostics.self) { try load(two, "prod") }
    #expect(error.items.map(\.code) == ["bad_setting"])
    #expect(error.items[0].message == "default_interface is true for both a and b")
    #expect(error.items[0].place?.start.line == 6)
    for wrong in ["      - {default_interface: true}", "      - front", "      front: 1"] {
      let error = try #require(throws: Diagnostics.self) { try load(entry(wrong), "prod") }
      #expect(error.items.map(\.code) == ["bad_clouds_file"])
      #expect(error.items[0].place?.start.line == 5)
    }
  }
}
