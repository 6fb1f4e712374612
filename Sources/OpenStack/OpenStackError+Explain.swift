package import Document

extension OpenStackError: Explainable {
  package var diagnostics: [Diagnostic] {
    var notes: [Diagnostic.Note] = []
    let target = cloud.map { " to cloud \($0)" } ?? ""
    if let method, let url = shownURL {
      notes.append(Diagnostic.Note("the request\(target) was \(method) \(url)"))
    }
    if let requestID { notes.append(Diagnostic.Note("its request id is \(requestID)")) }
    return [Diagnostic(code.rawValue, message, hint: hint, notes: notes)]
  }
}

extension OpenStackError {
  /// The request's URL, what is secret in it masked.
  package var shownURL: String? { url.map(Mask.url) }
}

extension OpenStackError: CustomStringConvertible {
  package var description: String { message }
}
