import Glibc

/// The kiln that was built together with the tests.
package enum BuiltProgram {
  /// It stands beside the tests' own binary.
  package static let path: String = {
    var bytes = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &bytes, bytes.count)
    let own = String(decoding: bytes.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return own.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/kiln"
  }()
}
