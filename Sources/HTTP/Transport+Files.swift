extension Transport {
  /// Sends a request that moves a file, through memory where the transport can't do it piece by piece.
  package func move(_ request: Request) async throws -> Response {
    if movesFiles || !request.movesFile { return try await send(request) }
    var plain = request
    if let source = request.source {
      plain.body = try bytes(of: source, request)
      plain.source = nil
    }
    plain.target = nil
    let response = try await send(plain)
    if request.source != nil { request.progress?(Int64(plain.body.count), Int64(plain.body.count)) }
    guard let path = request.target, (200..<300).contains(response.status) else { return response }
    let file = try FileWriter(path, for: request)
    try response.body.withUnsafeBytes { try file.write($0) }
    request.progress?(Int64(response.body.count), Int64(response.body.count))
    return Response(status: response.status, headers: response.headers)
  }

  private func bytes(of slice: FileSlice, _ request: Request) throws -> [UInt8] {
    let reader = try FileReader(slice, for: request)
    return try [UInt8](unsafeUninitializedCapacity: Int(reader.count)) { buffer, filled in
      while filled < reader.count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
        filled += try reader.read(into: rest)
      }
    }
  }
}
