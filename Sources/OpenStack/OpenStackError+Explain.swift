package import Document

extension OpenStackError: Explainable {
  package var diagnostics: [Diagnostic] {
    var notes: [Diagnostic.Note] = []
    if let method, let url { notes.append(Diagnostic.Note("the request was \(method) \(url)")) }
    if let requestID { notes.append(Diagnostic.Note("its request id is \(requestID)")) }
    return [Diagnostic(code.rawValue, message, hint: hint, notes: notes)]
  }
}

extension OpenStackError: CustomStringConvertible {
  package var description: String { message }
}
