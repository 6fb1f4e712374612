import Ambience
import Document
import EmbeddedCloud
import HTTP
import HighAvailability
import Shell

/// Where a supervisor's numbers go: a file, or whoever asks an address.
struct MetricsOutlet: Sendable {
  private enum Place: Sendable {
    case file(String)
    case address(ListenAddress)
  }

  private let place: Place

  /// A place as the command line names it: `ADDRESS:PORT`, else a file.
  init(_ text: String) throws {
    if !text.contains("/"), let address = ListenAddress(argument: text) {
      place = .address(address)
      return
    }
    place = .file(text)
    guard TextFile.replace(text, by: "") else {
      throw Diagnostic("unwritable_file", "the metrics file \(text) can't be written: \(lastSystemError())")
    }
  }

  /// What writes the file; nil where there is none.
  var file: (@Sendable (MetricsPage) -> Void)? {
    guard case .file(let path) = place else { return nil }
    return { page in
      guard TextFile.replace(path, by: page.text) else {
        return Complaint.show([
          Diagnostic(
            .warning, "unwritable_file", "the metrics file \(path) can't be written: \(lastSystemError())")
        ])
      }
    }
  }

  /// What serves the address; nil where there is none.
  func listener(_ service: WatchService, _ ambient: Ambient) throws -> PageServer? {
    guard case .address(let address) = place else { return nil }
    return try PageServer(host: address.host, port: address.port, ambient: ambient) { request in
      guard request.method == .get || request.method == .head else { return Response(status: 405) }
      guard ["/metrics", "/"].contains(request.url.prefix { $0 != "?" }) else { return Response(status: 404) }
      return await service.page().response
    }
  }
}
