import Ambience
import Document
package import HTTP
import Secrets

extension ObjectStore {
  /// Keeps a file as an object without holding it in memory.
  ///
  /// A file larger than `segmentSize`, 1 GiB if that isn't given, goes in segments to a container of its own,
  /// several at a time, and a static large object joins them.
  package func upload(
    _ object: String, in container: String, from file: String, type: String = "application/octet-stream",
    metadata: [String: String] = [:], segmentSize: Int64? = nil, progress: Progress? = nil
  ) async throws {
    let size = try size(ofFile: file)
    let most = max(1, segmentSize ?? 1 << 30)
    let headers = Dictionary(uniqueKeysWithValues: metadata.map { ("X-Object-Meta-\($0.key)", $0.value) })
    guard size > most else {
      let call = Call(
        .object, "PUT", path(container, object), headers: headers,
        body: .file(FileSlice(file), type: type), progress: progress)
      _ = try await cloud.send(call)
      return
    }
    guard (size + most - 1) / most <= 1000 else {
      throw OpenStackError(
        .badRequest, "\(file) would have \((size + most - 1) / most) segments, and Swift joins at most 1000",
        service: .object, hint: "give a segment_size of at least \(size / 1000 + 1)")
    }
    let folder = container + "_segments"
    try await createContainer(folder)
    let plan = SegmentPlan(
      file: file, size: size, most: most, prefix: "\(object)/\(cloud.ambient.uuid())/", container: folder)
    let manifest = try await send(plan, progress)
    let call = Call(
      .object, "PUT", path(container, object), query: ["multipart-manifest": "put"],
      headers: headers.merging(["Content-Type": type]) { $1 }, body: .json(.list(manifest)))
    _ = try await cloud.send(call)
  }

  /// Makes one object of all whose names begin so, in order (a dynamic large object).
  package func join(_ object: String, in container: String, segmentsIn folder: String, prefix: String)
    async throws
  {
    let manifest = percentEncoded(folder) + "/" + percentEncoded(prefix, keeping: "/")
    let call = Call(
      .object, "PUT", path(container, object), headers: ["X-Object-Manifest": manifest],
      body: .bytes([], type: "application/octet-stream"))
    _ = try await cloud.send(call)
  }

  /// Deletes all objects in a container and says how many there were.
  @discardableResult
  package func empty(_ container: String) async throws -> Int {
    var count = 0
    while case let names = try await objects(in: container).map(\.name), !names.isEmpty, count < 10_000_000 {
      for name in names {
        do { try await delete(name, in: container) } catch let error as OpenStackError
          where error.code == .notFound
        {}
      }
      count += names.count
    }
    return count
  }

  /// Sends the segments, four at a time, and gives their lines of the manifest in order.
  private func send(_ plan: SegmentPlan, _ progress: Progress?) async throws -> [Value] {
    let meter = Meter(total: plan.size, progress)
    var lines: [Int: Value] = [:]
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
      var next = 0
      func add() {
        let index = next
        next += 1
        group.addTask { (index, try await send(plan, index, meter)) }
      }
      while next < min(4, plan.count) { add() }
      while let (index, line) = try await group.next() {
        lines[index] = line
        if next < plan.count { add() }
      }
    }
    return (0..<plan.count).compactMap { lines[$0] }
  }

  private func send(_ plan: SegmentPlan, _ index: Int, _ meter: Meter) async throws -> Value {
    let slice = plan.slice(index)
    let name = plan.name(index)
    let call = Call(
      .object, "PUT", path(plan.container, name),
      body: .file(slice, type: "application/octet-stream"),
      progress: { moved, _ in meter.move(index, to: moved) })
    let answer = try await cloud.send(call)
    return .object(given: [
      ("path", .string("/\(plan.container)/\(name)")),
      ("etag", answer.header("ETag").map { .string($0.replacing("\"", with: "")) }),
      ("size_bytes", .integer(slice.count ?? 0)),
    ])
  }
}

/// How a file is cut.
private struct SegmentPlan: Sendable {
  let file: String
  let size: Int64
  let most: Int64
  let prefix: String
  let container: String

  var count: Int { Int((size + most - 1) / most) }

  func slice(_ index: Int) -> FileSlice {
    let offset = Int64(index) * most
    return FileSlice(file, offset: offset, count: min(most, size - offset))
  }

  /// Names that sort as the segments do.
  func name(_ index: Int) -> String {
    let number = String(index)
    return prefix + String(repeating: "0", count: max(0, 8 - number.count)) + number
  }
}
