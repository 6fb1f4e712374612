import HTTP

#if canImport(Glibc)
import Glibc
#endif

extension Cloud {
  /// Writes an answer's body to a file, which is there only when it is whole.
  func download(_ call: Call, to path: String, progress: Progress?) async throws -> Answer {
    var call = call
    let partial = path + ".part"
    call.target = partial
    call.progress = progress
    call.headers["Accept"] = "*/*"
    do {
      let answer = try await send(call)
      guard rename(partial, path) == 0 else {
        throw OpenStackError(.badFile, "\(path) can't be written: \(String(cString: strerror(errno)))")
      }
      return answer
    } catch {
      unlink(partial)
      throw error
    }
  }
}

/// How many bytes a file has; throws when it is none.
func size(ofFile path: String) throws -> Int64 {
  var facts = stat()
  guard stat(path, &facts) == 0 else {
    throw OpenStackError(
      .badFile, "\(path) can't be read: \(String(cString: strerror(errno)))", hint: "check the path")
  }
  return Int64(facts.st_size)
}
