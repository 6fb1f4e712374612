import Document
import Glibc
package import LuaRuntime

/// Scripts that are run before anything else: they define resource types, rules and resolvers; or policy plugins.
///
/// They are the files `*.lua` in the folder `plugins` beside the script, in the user's configuration
/// (`$XDG_CONFIG_HOME/kiln/plugins`), and in the folders of `KILN_PLUGINS`, which colons separate. Policy plugins are
/// those in the folders `policies`, and in those of `KILN_POLICIES`; those in a folder `isolated` inside of one of these run
/// in processes of their own.
package struct Plugins: Sendable {
  package enum Kind: String, Sendable {
    case plugins
    case policies

    fileprivate var variable: String { "KILN_" + rawValue.uppercased() }
  }

  private let folders: [String]

  package init(_ kind: Kind = .plugins, script: String?, environment: [String: String]) {
    var folders: [String] = []
    let configuration = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
    if let home = configuration ?? environment["HOME"].map({ $0 + "/.config" }) {
      folders.append("\(home)/kiln/\(kind)")
    }
    if let script {
      let parts = script.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      folders.append((parts.isEmpty ? "." : parts.joined(separator: "/")) + "/\(kind)")
    }
    folders += (environment[kind.variable] ?? "").split(separator: ":").map(String.init)
    self.folders = kind == .policies ? folders.flatMap { [$0, $0 + "/isolated"] } : folders
  }

  /// The files, folder by folder, each folder's by name.
  package var files: [String] {
    folders.flatMap { folder in
      Self.names(in: folder).filter { $0.hasSuffix(".lua") && !$0.hasPrefix(".") }.sorted().map {
        folder + "/" + $0
      }
    }
  }

  private static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names
  }

  /// Runs them all in a state.
  ///
  /// - Throws: What the first that fails raises.
  package func load(into lua: Lua) async throws {
    for file in files {
      guard let text = TextFile.read(file) else {
        throw Diagnostic("unreadable_file", "the plugin \(file) can't be read: \(lastSystemError())")
      }
      _ = try await lua.execute(text, name: file)
    }
  }
}
