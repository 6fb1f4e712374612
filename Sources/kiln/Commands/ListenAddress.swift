import ArgumentParser

/// Where to listen, as the command line says it: `127.0.0.1:8080`, `[::1]:8080`.
struct ListenAddress: ExpressibleByArgument, CustomStringConvertible, Sendable {
  let host: String
  /// 0 for any that is free.
  var port: UInt16

  init(_ host: String, _ port: UInt16) {
    self.host = host
    self.port = port
  }

  init?(argument: String) {
    guard let colon = argument.lastIndex(of: ":"),
      let port = UInt16(argument[argument.index(after: colon)...])
    else { return nil }
    let host = argument[..<colon]
    let isSix = host.hasPrefix("[") && host.hasSuffix("]")
    self.host = String(isSix ? host.dropFirst().dropLast() : host)
    self.port = port
    guard !self.host.isEmpty, isSix == self.host.contains(":") else { return nil }
  }

  var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
