/// Who may use an embedded cloud.
package struct Accounts: Sendable {
  package struct Project: Sendable, Hashable {
    package let id: String
    package let name: String
  }

  package struct User: Sendable, Hashable {
    package let id: String
    package let name: String
    var password: String
    /// The ids of the projects that it is a member of, its own first.
    var projects: [String]
    let isAdmin: Bool
  }

  package var projects: [Project]
  package var users: [User]

  var demo: Project { projects[0] }
  var admin: Project { projects[2] }

  /// The users demo, alt_demo and admin, each with its name as password and with a project of its name.
  static let seed = Accounts(
    projects: [
      Project(id: "5f2c0d9e4a7b41c3a1d8e6f709b3c524", name: "demo"),
      Project(id: "6a3d1eaf5b8c52d4b2e9f70a1ac4d635", name: "alt_demo"),
      Project(id: "7b4e2fb06c9d63e5c3fa081b2bd5e746", name: "admin"),
    ],
    users: [
      User(
        id: "9a1e7c35d2f84b06b8c4a3e5f1d07296", name: "demo", password: "demo",
        projects: ["5f2c0d9e4a7b41c3a1d8e6f709b3c524"], isAdmin: false),
      User(
        id: "ab2f8d46e3095c17c9d5b4f602e183a7", name: "alt_demo", password: "alt_demo",
        projects: ["6a3d1eaf5b8c52d4b2e9f70a1ac4d635"], isAdmin: false),
      User(
        id: "bc309e57f41a6d28dae6c50713f294b8", name: "admin", password: "admin",
        projects: ["7b4e2fb06c9d63e5c3fa081b2bd5e746", "5f2c0d9e4a7b41c3a1d8e6f709b3c524"], isAdmin: true),
    ])

  /// The user that an API's `{"id": …}` or `{"name": …}` means.
  func user(id: String?, name: String?) -> User? {
    users.first { id == nil ? $0.name == name : $0.id == id }
  }

  func project(id: String?, name: String?) -> Project? {
    projects.first { id == nil ? $0.name == name : $0.id == id }
  }
}

/// The account to use an embedded cloud with, when nothing else is wanted.
package enum Account {
  package static let user = "demo"
  package static let password = "demo"
  package static let project = "demo"
  /// Who may do all, in that project too; the name is the password.
  package static let administrator = "admin"
}
