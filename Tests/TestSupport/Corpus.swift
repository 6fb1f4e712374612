package import Document
import Glibc

/// The public templates beside the package, where they are there.
package enum Corpus {
  /// `../shared/templates`, relative to the package or, for a work tree, to the folder above it.
  package static let root: String? = {
    var parts = "\(#filePath)".split(separator: "/").map(String.init)
    while !parts.isEmpty {
      parts.removeLast()
      let path = "/" + (parts + ["shared", "templates"]).joined(separator: "/")
      if access(path, R_OK) == 0 { return path }
    }
    return nil
  }()

  package static func source(_ path: String) -> Source? {
    guard let root, let file = fopen(root + "/" + path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer.prefix(count) }
    return Source(name: path, text: String(decoding: bytes, as: UTF8.self))
  }

  /// The paths in the index of one kind (`cfn`, `heatcfn`).
  package static func paths(_ kinds: Set<String> = ["cfn", "heatcfn"]) -> [String] {
    guard let index = source("INDEX.tsv") else { return [] }
    return index.text.split(separator: "\n").dropFirst().compactMap { line in
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false)
      return cells.count > 1 && kinds.contains(String(cells[1])) ? String(cells[0]) : nil
    }
  }
}
