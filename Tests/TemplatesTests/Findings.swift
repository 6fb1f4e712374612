import Glibc

/// Texts that `scripts/fuzz` found to break something once.
enum Findings {
  private static let folder =
    "\(#filePath)".split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/Cases/Fuzz"

  static let names: [String] = {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }()

  static func bytes(of name: String) -> [UInt8] {
    guard let file = fopen(folder + "/" + name, "r") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer.prefix(count) }
    return bytes
  }
}
