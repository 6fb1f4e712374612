import Document
import Glibc
package import HTTP
package import OpenStack
import Templates

/// Brings the texts that templates name: from files, from the web and from Swift.
package struct TextLoader: Sendable {
  /// Why a text can't be had, as a sentence's end: `can't be read: no such file`.
  package struct Failure: Error, Sendable, Equatable {
    package let why: String
  }

  private static let redirectLimit = 5

  private let web: @Sendable () -> any Transport
  private let objects: (@Sendable () async throws -> ObjectStore)?

  /// A loader over the web by the transport that `web` makes when it is first needed, and over the objects of
  /// a cloud, if there is one.
  package init(
    web: @escaping @Sendable () -> any Transport, objects: (@Sendable () async throws -> ObjectStore)? = nil
  ) {
    self.web = web
    self.objects = objects
  }

  /// The text at a path, at an `http`, `https` or `file` URL, or of an object (`swift://container/object`;
  /// `s3://bucket/key` means the same).
  package func text(at address: String) async throws(Failure) -> String {
    guard let end = address.firstRange(of: "://") else { return try text(local(address)) }
    let rest = String(address[end.upperBound...])
    switch address[..<end.lowerBound] {
    case "http", "https": return try await text(page(address))
    case "file": return try text(local(rest))
    case "swift", "s3": return try await text(object(rest))
    case let scheme: throw Failure(why: "can't be read: kiln doesn't know \(scheme)://")
    }
  }

  private func text(_ bytes: [UInt8]) throws(Failure) -> String {
    guard bytes.count <= DocumentReader.sizeLimit else {
      throw Failure(why: "is larger than \(DocumentReader.sizeLimit >> 20) MiB")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw Failure(why: "isn't UTF-8") }
    return text
  }

  private func local(_ path: String) throws(Failure) -> [UInt8] {
    guard let bytes = LocalFile.bytes(of: path, limit: DocumentReader.sizeLimit + 1) else {
      throw Failure(why: "can't be read: \(String(cString: strerror(errno)))")
    }
    return bytes
  }

  private func page(_ url: String) async throws(Failure) -> [UInt8] {
    var url = url
    for _ in 0...Self.redirectLimit {
      let answer: Response
      do {
        answer = try await web().send(Request(.get, url))
      } catch {
        throw Failure(why: "can't be loaded: \(sentence(of: error))")
      }
      guard (300..<400).contains(answer.status), let next = answer.headers["Location"] else {
        guard answer.status == 200 else {
          throw Failure(why: "can't be loaded: HTTP status \(answer.status)")
        }
        return answer.body
      }
      url = FileAddress.resolve(next, relativeTo: url)
      guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
        throw Failure(why: "leads on to \(url)")
      }
    }
    throw Failure(why: "leads on more than \(Self.redirectLimit) times")
  }

  private func object(_ path: String) async throws(Failure) -> [UInt8] {
    let parts = path.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw Failure(why: "names no object: write swift://container/object") }
    guard let objects else { throw Failure(why: "can't be loaded: no cloud is chosen") }
    do {
      return try await objects().get(parts[1], in: parts[0])
    } catch {
      throw Failure(why: "can't be loaded: \(sentence(of: error))")
    }
  }

  private func sentence(of error: any Error) -> String {
    (error as? any Explainable)?.diagnostics.first?.message ?? "\(error)"
  }
}
