import Document
import Glibc
import Templates
import Testing

struct TemporaryTests {
  @Test func wild() throws {
    guard let list = fopen("/tmp/wild.txt", "r") else { return }
    var buffer = [CChar](repeating: 0, count: 4096)
    var codes: [String: Int] = [:]
    var clean = 0
    var all = 0
    while fgets(&buffer, 4096, list) != nil {
      let path = String(
        decoding: buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard let file = fopen(path, "r") else { continue }
      var bytes: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: 1 << 16)
      while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk.prefix(count) }
      fclose(file)
      let source = Source(name: path, text: String(decoding: bytes, as: UTF8.self))
      let diagnostics: [Diagnostic]
      if source.text.contains("heat_template_version") {
        diagnostics = TemplateReader.read(source).diagnostics
      } else {
        diagnostics = EnvironmentReader.read(source).diagnostics
      }
      all += 1
      let errors = diagnostics.filter { $0.severity == .error }
      if errors.isEmpty { clean += 1 }
      for d in errors { print("WILD", d.rendered()) }
      for d in diagnostics {
        codes[d.code, default: 0] += 1
        if d.severity == .warning, !["W2001", "W8001", "E2015"].contains(d.code) {
          print("WARN", d.rendered())
        }
      }
    }
    print("WILD", clean, "of", all, codes)
  }
}
