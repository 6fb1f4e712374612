import Ambience
import CCurl
import Synchronization

/// One request on its way through libcurl.
// Sendable: all but `cancelled` is used by the worker's thread only, once it has been begun.
final class CurlTransfer: @unchecked Sendable {
  let request: Request
  private(set) var easy: UnsafeMutableRawPointer?
  private let options: CurlTransport.Options
  private let cancelled = Atomic(false)
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private var continuation: CheckedContinuation<Response, any Error>?
  private var headers: Headers = [:]
  private var headerBytes = 0
  private var body: [UInt8] = []
  private var source: FileReader?
  private var target: FileWriter?
  private var moved: Int64 = 0
  /// Why a file could be moved no further.
  private var fileError: HTTPError?
  /// Why the response was cut off by us.
  private var refusal: String?

  init(_ request: Request, _ options: CurlTransport.Options) {
    self.request = request
    self.options = options
  }

  var isCancelled: Bool { cancelled.load(ordering: .acquiring) }
  func markCancelled() { cancelled.store(true, ordering: .releasing) }

  // MARK: - Before

  /// Makes libcurl's handle; on failure, `close` must be called and the continuation is still the caller's.
  func prepare(_ continuation: CheckedContinuation<Response, any Error>) throws {
    guard request.timeout > .zero else {
      throw HTTPError(.timedOut, url: request.url, detail: "no time is left for it")
    }
    if let bad = request.headers.fields.first(where: { !isSafe($0.name) || !isSafe($0.value) }) {
      throw HTTPError(.badURL, url: request.url, detail: "header \(bad.name) holds a line break")
    }
    guard let easy = curl_easy_init() else {
      throw HTTPError(.unreachable, url: request.url, detail: "libcurl can't be started")
    }
    self.easy = easy
    let context = Unmanaged.passUnretained(self).toOpaque()
    ccurl_set_pointer(easy, CURLOPT_PRIVATE, context)
    ccurl_set_on_body(easy, receiveBody, context)
    ccurl_set_on_header(easy, receiveHeader, context)
    setConnection(easy)
    setTLS(easy)
    try setRequest(easy)
    self.continuation = continuation
  }

  private func setConnection(_ easy: UnsafeMutableRawPointer) {
    ccurl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https")
    ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
    ccurl_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
    ccurl_set_long(easy, CURLOPT_PIPEWAIT, 1)
    ccurl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
    if request.movesFile {
      // Slower than a byte a second for the whole time is standing still.
      ccurl_set_long(easy, CURLOPT_LOW_SPEED_LIMIT, 1)
      ccurl_set_long(easy, CURLOPT_LOW_SPEED_TIME, max(1, milliseconds(request.timeout) / 1000))
      ccurl_set_long(easy, CURLOPT_BUFFERSIZE, 1 << 18)
      ccurl_set_long(easy, CURLOPT_UPLOAD_BUFFERSIZE, 1 << 18)
    } else {
      ccurl_set_long(easy, CURLOPT_TIMEOUT_MS, milliseconds(request.timeout))
    }
    ccurl_set_long(
      easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(min(request.timeout, options.connectTimeout)))
  }

  private func setTLS(_ easy: UnsafeMutableRawPointer) {
    let tls = options.tls
    let verifies = tls.verifies && request.verifiesServer
    ccurl_set_long(easy, CURLOPT_SSL_VERIFYPEER, verifies ? 1 : 0)
    ccurl_set_long(easy, CURLOPT_SSL_VERIFYHOST, verifies ? 2 : 0)
    if request.wantsCertificate {
      // A connection that is used again tells nothing of its certificate.
      ccurl_set_long(easy, CURLOPT_CERTINFO, 1)
      ccurl_set_long(easy, CURLOPT_FRESH_CONNECT, 1)
      ccurl_set_long(easy, CURLOPT_FORBID_REUSE, 1)
    }
    if let file = tls.authorityFile { ccurl_set_text(easy, CURLOPT_CAINFO, file) }
    if let file = tls.certificateFile {
      ccurl_set_text(easy, CURLOPT_SSLCERT, file)
      ccurl_set_text(easy, CURLOPT_SSLKEY, tls.keyFile ?? file)
    }
  }

  private func setRequest(_ easy: UnsafeMutableRawPointer) throws {
    ccurl_set_text(easy, CURLOPT_URL, request.url)
    ccurl_set_text(easy, CURLOPT_USERAGENT, options.userAgent)
    // All encodings that this libcurl knows.
    ccurl_set_text(easy, CURLOPT_ACCEPT_ENCODING, "")
    let hasBody = !request.body.isEmpty || [.post, .put, .patch].contains(request.method)
    if let slice = request.source {
      let reader = try FileReader(slice, for: request)
      source = reader
      let context = Unmanaged.passUnretained(self).toOpaque()
      ccurl_set_upload(easy, sendBody, seekBody, context, reader.count)
    } else if hasBody {
      ccurl_set_long(easy, CURLOPT_POST, 1)
      _ = request.body.withUnsafeBytes { bytes in
        bytes.isEmpty
          ? ccurl_set_body(easy, "", 0) : ccurl_set_body(easy, bytes.baseAddress, Int64(bytes.count))
      }
    }
    switch request.method {
    case .head: ccurl_set_long(easy, CURLOPT_NOBODY, 1)
    case .get where !hasBody && source == nil: ccurl_set_long(easy, CURLOPT_HTTPGET, 1)
    default: ccurl_set_text(easy, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    }
    setHeaders(easy)
  }

  private func setHeaders(_ easy: UnsafeMutableRawPointer) {
    // libcurl would wait for the server's consent to large bodies, and call any body a form.
    var lines = ["Expect:"]
    if request.headers["Content-Type"] == nil { lines.append("Content-Type:") }
    for (name, value) in request.headers.fields {
      lines.append(value.isEmpty ? "\(name);" : "\(name): \(value)")
    }
    for line in lines { headerList = curl_slist_append(headerList, line) }
    ccurl_set_list(easy, CURLOPT_HTTPHEADER, headerList)
  }

  // MARK: - Meanwhile

  /// Takes a line of the header; false when there are too many.
  func take(header bytes: UnsafeRawBufferPointer) -> Bool {
    headerBytes += bytes.count
    if headerBytes > 1 << 20 {
      refusal = "its header is larger than 1 MiB"
      return false
    }
    let line = String(decoding: bytes, as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      // Interim answers and a proxy's come before the one that counts.
      headers = [:]
    } else if let colon = line.firstIndex(of: ":") {
      headers.append(String(line[..<colon]), trimmed(line[line.index(after: colon)...]))
    }
    return true
  }

  /// Takes a part of the body; false when it is too large.
  func take(body bytes: UnsafeRawBufferPointer) -> Bool {
    if let path = request.target, isSuccess { return write(bytes, to: path) }
    if body.count + bytes.count > options.largestBody {
      refusal = "its body is larger than \(options.largestBody) bytes"
      return false
    }
    body.append(contentsOf: bytes)
    return true
  }

  private var isSuccess: Bool {
    let status = easy.map { ccurl_get_long($0, CURLINFO_RESPONSE_CODE) } ?? 0
    return (200..<300).contains(status)
  }

  private func write(_ bytes: UnsafeRawBufferPointer, to path: String) -> Bool {
    do throws(HTTPError) {
      let file = if let target { target } else { try FileWriter(path, for: request) }
      target = file
      try file.write(bytes)
    } catch {
      fileError = error
      return false
    }
    report(bytes.count, of: headers["Content-Length"].flatMap { Int64($0) })
    return true
  }

  /// Gives a part of the file that is sent; nil when it can't be read.
  func give(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
    guard let source else { return 0 }
    do throws(HTTPError) {
      let count = try source.read(into: buffer)
      report(count, of: source.count)
      return count
    } catch {
      fileError = error
      return nil
    }
  }

  /// Starts the file that is sent again, as when a kept connection turns out to be closed.
  func seek(to offset: Int64) -> Bool {
    moved = offset
    return source?.seek(to: offset) ?? false
  }

  private func report(_ count: Int, of total: Int64?) {
    moved += Int64(count)
    if count > 0 { request.progress?(moved, total) }
  }

  // MARK: - After

  func finish(_ code: CURLcode) {
    if code == CURLE_OK, let easy {
      let status = ccurl_get_long(easy, CURLINFO_RESPONSE_CODE)
      if let path = request.target, target == nil, isSuccess {
        do { target = try FileWriter(path, for: request) } catch { return finish(throwing: error) }
      }
      end(
        .success(Response(status: status, headers: headers, body: body, certificateEnd: certificateEnd(easy)))
      )
    } else {
      finish(throwing: failure(code))
    }
  }

  private func certificateEnd(_ easy: UnsafeMutableRawPointer) -> Timestamp? {
    let seconds = request.wantsCertificate ? ccurl_get_certificate_end(easy) : -1
    return seconds < 0 ? nil : Timestamp(milliseconds: seconds * 1000)
  }

  func finish(throwing error: any Error) { end(.failure(error)) }

  /// Frees libcurl's part.
  func close() {
    if let easy { curl_easy_cleanup(easy) }
    curl_slist_free_all(headerList)
    easy = nil
    headerList = nil
    continuation = nil
    source = nil
    target = nil
  }

  private func end(_ result: Result<Response, any Error>) {
    let waiting = continuation
    close()
    waiting?.resume(with: result)
  }

  private func failure(_ code: CURLcode) -> HTTPError {
    let wasSent = easy.map { ccurl_get_offset($0, CURLINFO_PRETRANSFER_TIME_T) > 0 } ?? false
    let elapsed = easy.map { ccurl_get_offset($0, CURLINFO_TOTAL_TIME_T) } ?? 0
    if let fileError { return fileError }
    if let refusal { return HTTPError(.badResponse, url: request.url, detail: refusal) }
    return HTTPError(
      HTTPError.Code(
        code, wasSent: wasSent, isOverdue: .microseconds(elapsed) >= request.timeout - .milliseconds(1)),
      url: request.url, detail: String(cString: curl_easy_strerror(code)))
  }
}

private func receiveBody(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let context else { return 0 }
  let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
  return transfer.take(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}

private func sendBody(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let context else { return Int(CURL_READFUNC_ABORT) }
  let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
  let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
  return transfer.give(into: buffer) ?? Int(CURL_READFUNC_ABORT)
}

private func seekBody(_ context: UnsafeMutableRawPointer?, _ offset: curl_off_t, _ origin: Int32) -> Int32 {
  guard let context, origin == 0 else { return CURL_SEEKFUNC_CANTSEEK }
  let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
  return transfer.seek(to: Int64(offset)) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
}

private func receiveHeader(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let context else { return 0 }
  let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
  return transfer.take(header: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}

private func milliseconds(_ span: Duration) -> Int {
  let (seconds, attoseconds) = span.components
  // libcurl takes 0 for "no limit".
  return max(1, Int(min(seconds, 1_000_000)) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
}

/// Whether a header can't be broken out of.
private func isSafe(_ text: String) -> Bool { !text.utf8.contains { $0 == 10 || $0 == 13 || $0 == 0 } }

private func trimmed(_ text: Substring) -> String {
  var text = text
  while let last = text.last, last.isWhitespace { text.removeLast() }
  return String(text.drop { $0.isWhitespace })
}
