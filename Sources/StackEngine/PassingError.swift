/// An error that may pass without anybody doing anything about it, as while a service restarts.
package protocol PassingError: Error {
  /// Whether the same call may succeed later.
  var mayPass: Bool { get }
}
