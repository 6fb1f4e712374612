// swift-tools-version: 6.2
import PackageDescription

/// The settings of every Swift target: the language of Swift 6 and the features that become its default next.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

/// A floor's target.
///
/// README has the map; `scripts/check` holds these arrows to it.
func floor(_ name: String, uses: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: uses, swiftSettings: strict)
}

/// A target's tests; `cases` says that they read golden cases, which lie in `Cases`.
func tests(of name: String, uses: [Target.Dependency] = [], cases: Bool = false) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.byName(name: name)] + uses,
    exclude: cases ? ["Cases"] : [],
    swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let collections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let flyingFox = Target.Dependency.product(name: "FlyingFox", package: "FlyingFox")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
  name: "kiln",
  products: [.executable(name: "kiln", targets: ["kiln"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
  ],
  targets: [
    // Floor 0: C libraries made safe to call.
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
    .target(name: "CEvents"),
    .target(name: "CLua", linkerSettings: [.linkedLibrary("lua5.4")]),
    .target(name: "CMemory"),
    .target(name: "CPostgres", linkerSettings: [.linkedLibrary("pq")]),
    .target(name: "CReadline", linkerSettings: [.linkedLibrary("readline")]),

    // Floor 1
    floor("Ambience", uses: []),
    floor("Secrets", uses: [crypto]),
    floor("Document", uses: [collections, yams]),

    // Floor 2
    floor("HTTP", uses: ["CCurl", "Ambience"]),
    floor("Simulation", uses: ["Ambience"]),
    floor("Templates", uses: ["Document", "Secrets", collections]),
    floor("LuaRuntime", uses: ["CLua", "Document", "Ambience", collections]),

    // Floor 3
    floor("OpenStack", uses: ["HTTP", "Document", "Ambience", "Secrets", collections]),
    floor("EmbeddedCloud", uses: ["HTTP", "Document", "Ambience", "Secrets", collections, flyingFox]),
    floor("StackEngine", uses: ["Templates", "Document", "Ambience", "Secrets", collections]),
    floor("ResourceFacts", uses: ["Templates", "Document", collections]),
    floor("Linting", uses: ["Templates", "Document", collections]),

    // Floor 4
    floor(
      "Resources",
      uses: [
        "ResourceFacts", "StackEngine", "OpenStack", "HTTP", "Templates", "Document", "Ambience", "Secrets",
        collections,
      ]),
    floor(
      "Store",
      uses: ["StackEngine", "CPostgres", "Templates", "Document", "Ambience", "Secrets", collections, grdb]),
    floor("Loading", uses: ["Templates", "OpenStack", "HTTP", "Document"]),
    floor(
      "HighAvailability",
      uses: ["StackEngine", "CEvents", "HTTP", "Document", "Ambience", "Secrets", collections]),

    // Floor 5
    floor(
      "LifeSimulation",
      uses: [
        "Simulation", "HighAvailability", "Resources", "EmbeddedCloud", "StackEngine", "OpenStack", "HTTP",
        "Templates", "Document", "Ambience", "Secrets", collections,
      ]),
    .target(
      name: "StandardLibrary", path: "stdlib", exclude: ["meta", "README.md"],
      resources: [.embedInCode("kiln")],
      swiftSettings: strict),
    floor(
      "Scripting",
      uses: [
        "StandardLibrary", "LuaRuntime", "HighAvailability", "Loading", "Resources", "ResourceFacts",
        "Linting",
        "StackEngine", "EmbeddedCloud", "Simulation", "OpenStack", "HTTP",
        "Templates", "Document", "Ambience", "Secrets", collections,
      ]),

    // Floor 6
    floor(
      "Shell",
      uses: [
        "Scripting", "ResourceFacts", "StackEngine", "Templates", "LuaRuntime", "Document", "Ambience",
        "CReadline",
        collections,
      ]),

    // Floor 7
    .executableTarget(
      name: "kiln",
      dependencies: [
        "Shell", "Scripting", "LifeSimulation", "Simulation", "HighAvailability", "Store", "Loading",
        "Resources",
        "ResourceFacts", "Linting", "StackEngine", "EmbeddedCloud",
        "OpenStack", "LuaRuntime", "Templates", "HTTP", "Document", "Secrets", "Ambience", "CMemory",
        collections,
        argumentParser,
      ], swiftSettings: strict),

    // Tests
    tests(of: "Ambience"),
    tests(of: "Secrets"),
    tests(of: "Document", uses: ["TestSupport", collections], cases: true),
    tests(of: "HTTP", uses: ["Simulation", "Ambience"]),
    tests(of: "Simulation", uses: ["Ambience"]),
    tests(of: "Templates", uses: ["TestSupport", "Document", "Secrets", collections], cases: true),
    tests(of: "ResourceFacts", uses: ["Templates", "Document", collections]),
    tests(
      of: "Linting", uses: ["TestSupport", "ResourceFacts", "Templates", "Document", collections], cases: true
    ),
    tests(of: "LuaRuntime", uses: ["Document", "Ambience", collections]),
    tests(of: "OpenStack", uses: ["HTTP", "Document", "Ambience", "Secrets", collections]),
    tests(
      of: "EmbeddedCloud",
      uses: ["Simulation", "OpenStack", "HTTP", "Document", "Ambience", "Secrets", collections],
      cases: true),
    tests(
      of: "StackEngine",
      uses: [
        "TestSupport", "Simulation", "Store", "Templates", "Document", "Ambience", "Secrets", collections,
      ],
      cases: true),
    tests(
      of: "Resources",
      uses: [
        "EmbeddedCloud", "Simulation", "StackEngine", "OpenStack", "HTTP", "Templates", "Document",
        "Ambience", "Secrets", collections,
      ]),
    tests(
      of: "Store",
      uses: [
        "TestSupport", "StackEngine", "Templates", "Document", "Ambience", "Secrets", collections, grdb,
      ]),
    tests(
      of: "Loading",
      uses: [
        "EmbeddedCloud", "Templates", "OpenStack", "HTTP", "Document", "Ambience", "Secrets", collections,
      ]),
    tests(
      of: "HighAvailability",
      uses: [
        "TestSupport", "Simulation",
        "EmbeddedCloud", "StackEngine", "OpenStack", "Resources", "HTTP", "Templates", "Document", "Ambience",
        "Secrets", collections,
      ], cases: true),
    tests(of: "LifeSimulation", uses: ["HighAvailability", "StackEngine", "Document", "Ambience"]),
    tests(
      of: "Scripting",
      uses: [
        "kiln", "TestSupport", "Simulation", "StandardLibrary", "EmbeddedCloud", "HighAvailability",
        "LuaRuntime",
        "Resources",
        "StackEngine",
        "OpenStack",
        "ResourceFacts", "Templates", "Document", "Ambience", "Secrets", collections,
      ], cases: true),
    .target(
      name: "TestSupport", dependencies: ["Document"], path: "Tests/TestSupport", swiftSettings: strict),
    tests(
      of: "Shell",
      uses: [
        "TestSupport", "Scripting", "StackEngine", "LuaRuntime", "Document", "Ambience", collections,
      ], cases: true),
    .testTarget(
      name: "AcceptanceTests",
      dependencies: [
        "kiln", "TestSupport", "Store", "StackEngine", "OpenStack", "HTTP", "Document", "Secrets", "Ambience",
        collections,
      ], swiftSettings: strict),
  ]
)
