import Glibc

/// Paths of files, as they are completed.
package enum FileNames {
  /// The paths that begin with a prefix; folders end in a slash, and hidden files need their dot.
  package static func matching(_ prefix: String) -> [KnownName] {
    let slash = prefix.lastIndex(of: "/")
    let written = slash.map { String(prefix[...$0]) } ?? ""
    let start = slash.map { prefix[prefix.index(after: $0)...] } ?? prefix[...]
    return names(in: written.isEmpty ? "." : expanded(written))
      .filter { $0.name.hasPrefix(start) && (start.hasPrefix(".") || !$0.name.hasPrefix(".")) }
      .map { KnownName(written + $0.name + ($0.isFolder ? "/" : ""), $0.isFolder ? .folder : .file) }
      .sorted { $0.name < $1.name }
  }

  /// A path whose `~` stands for the user's home.
  static func expanded(_ path: String) -> String {
    guard path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
    return String(cString: home) + path.dropFirst()
  }

  private static func names(in folder: String) -> [(name: String, isFolder: Bool)] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [(String, Bool)] = []
    // A folder of more files than anyone reads would only keep the key waiting.
    while names.count < 5000, let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      names.append((name, isFolder(entry.pointee.d_type, "\(folder)/\(name)")))
    }
    return names
  }

  private static func isFolder(_ type: UInt8, _ path: String) -> Bool {
    if type == UInt8(DT_DIR) { return true }
    guard type == UInt8(DT_LNK) || type == UInt8(DT_UNKNOWN), let stream = opendir(path) else { return false }
    closedir(stream)
    return true
  }
}
