import Document

#if canImport(Glibc)
import Glibc
#endif

/// The files that clouds are described in, found where openstacksdk finds them.
struct CloudFiles {
  let environment: [String: String]
  /// The text of a file; nil when there is none that can be read.
  let read: (String) -> String?

  /// The clouds of the first `clouds.yaml`, under the secrets of the first `secure.yaml`.
  func clouds() throws(Diagnostics) -> [(name: String, settings: CloudSettings)] {
    var clouds = try entries(of: "clouds", in: paths("clouds", "OS_CLIENT_CONFIG_FILE"))
    for (name, secure) in try entries(of: "clouds", in: paths("secure", "OS_CLIENT_SECURE_FILE")) {
      if let index = clouds.firstIndex(where: { $0.name == name }) {
        clouds[index].settings.merge(secure)
      } else {
        clouds.append((name, secure))
      }
    }
    return clouds
  }

  /// A vendor's profile in the first `clouds-public.yaml`.
  func profile(_ name: String) throws(Diagnostics) -> CloudSettings? {
    try entries(of: "public-clouds", in: paths("clouds-public", nil)).first { $0.name == name }?.settings
  }

  private func entries(of section: String, in paths: [String]) throws(Diagnostics) -> [(
    name: String, settings: CloudSettings
  )] {
    for path in paths {
      guard let text = read(path) else { continue }
      let root: Node
      do { root = try DocumentReader.any(Source(name: path, text: text)) } catch {
        // A file in which nothing stands describes no cloud.
        if error.items.map(\.code) == ["empty_document"] { return [] }
        throw error
      }
      var found: [(name: String, settings: CloudSettings)] = []
      guard let clouds = root[section], clouds.scalar?.isNull != true else { return [] }
      guard let entries = clouds.entries else {
        throw Diagnostics(Diagnostic(.error, "bad_clouds_file", "\(section) is no map", at: clouds.place))
      }
      for entry in entries { found.append((entry.key, try CloudSettings(entry.value, named: entry.key))) }
      return found
    }
    return []
  }

  private func paths(_ name: String, _ variable: String?) -> [String] {
    let home = environment["HOME"] ?? ""
    let configuration =
      environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(home)/.config"
    let folders = [".", "\(configuration)/openstack", "\(home)/.config/openstack", "/etc/openstack"]
    let usual = folders.flatMap { folder in ["yaml", "yml", "json"].map { "\(folder)/\(name).\($0)" } }
    let own = variable.flatMap { environment[$0] }.map { [$0] } ?? []
    return own + usual
  }
}

/// The text of a file of at most 4 MiB; nil when it can't be read.
func textOfFile(_ path: String) -> String? {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { return nil }
  defer { close(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while bytes.count < 4 << 20 {
    let count = Glibc.read(file, &buffer, buffer.count)
    if count < 0 { return nil }
    if count == 0 { break }
    bytes += buffer[..<count]
  }
  return String(decoding: bytes, as: UTF8.self)
}
