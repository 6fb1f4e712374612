import CCurl
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// The thread on which all of a transport's transfers run.
///
/// Other threads only leave orders and wake it.
// Sendable: `multi` may be woken from any thread and is otherwise used by the worker's thread only, as are
// `running` and all transfers that were begun; `orders` is locked.
final class CurlWorker: @unchecked Sendable {
  private enum Order {
    case begin(CurlTransfer, CheckedContinuation<Response, any Error>)
    case cancel(CurlTransfer)
    case stop
  }

  private struct Orders {
    var waiting: [Order] = []
    /// Why no more are taken.
    var refusal: String?
  }

  private let orders = Mutex(Orders())
  private let multi: UnsafeMutableRawPointer?
  private var running: [ObjectIdentifier: CurlTransfer] = [:]
  private var isStopped = false

  init(connectionsPerHost: Int) {
    multi = curl_multi_init()
    if let multi {
      ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, connectionsPerHost)
      ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 64)
    }
  }

  deinit { if let multi { curl_multi_cleanup(multi) } }

  /// Starts the thread; it keeps this object until it is stopped.
  func start() {
    var thread = pthread_t()
    let held = Unmanaged.passRetained(self)
    let code = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<CurlWorker>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, held.toOpaque())
    if code == 0 {
      pthread_detach(thread)
    } else {
      held.release()
      orders.withLock { $0.refusal = "no thread can be started" }
    }
  }

  func begin(_ transfer: CurlTransfer, _ continuation: CheckedContinuation<Response, any Error>) {
    if let refusal = give(.begin(transfer, continuation)) {
      continuation.resume(throwing: HTTPError(.unreachable, url: transfer.request.url, detail: refusal))
    }
  }

  func cancel(_ transfer: CurlTransfer) {
    transfer.markCancelled()
    _ = give(.cancel(transfer))
  }

  func stop() { _ = give(.stop) }

  /// Leaves an order for the thread, or says why it can't be taken.
  private func give(_ order: Order) -> String? {
    let refusal = orders.withLock { orders in
      if orders.refusal == nil { orders.waiting.append(order) }
      return orders.refusal
    }
    if let multi { curl_multi_wakeup(multi) }
    return refusal
  }

  // MARK: - On the thread

  private func run() {
    while !isStopped {
      takeOrders()
      var count: Int32 = 0
      guard let multi, curl_multi_perform(multi, &count) == CURLM_OK else { break }
      finishTransfers(multi)
      // A wake-up that came in the meantime makes the poll return at once.
      curl_multi_poll(multi, nil, 0, 1000, nil)
    }
    refuseAll("the transport is closed")
  }

  private func takeOrders() {
    let orders = orders.withLock { orders in
      defer { orders.waiting = [] }
      return orders.waiting
    }
    for order in orders {
      switch order {
      case .begin(let transfer, let continuation): begin(transfer, waking: continuation)
      case .cancel(let transfer):
        if running.removeValue(forKey: ObjectIdentifier(transfer)) != nil {
          curl_multi_remove_handle(multi, transfer.easy)
          transfer.finish(throwing: CancellationError())
        }
      case .stop: isStopped = true
      }
    }
  }

  private func begin(_ transfer: CurlTransfer, waking continuation: CheckedContinuation<Response, any Error>)
  {
    do {
      if transfer.isCancelled { throw CancellationError() }
      try transfer.prepare(continuation)
      guard curl_multi_add_handle(multi, transfer.easy) == CURLM_OK else {
        throw HTTPError(.unreachable, url: transfer.request.url, detail: "libcurl takes no more transfers")
      }
      running[ObjectIdentifier(transfer)] = transfer
    } catch {
      transfer.close()
      continuation.resume(throwing: error)
    }
  }

  private func finishTransfers(_ multi: UnsafeMutableRawPointer) {
    var code = CURLE_OK
    while let easy = ccurl_next_finished(multi, &code) {
      curl_multi_remove_handle(multi, easy)
      guard let context = ccurl_get_private(easy) else { continue }
      let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
      running[ObjectIdentifier(transfer)] = nil
      transfer.finish(code)
    }
  }

  private func refuseAll(_ reason: String) {
    orders.withLock { $0.refusal = reason }
    takeOrders()
    for transfer in running.values {
      curl_multi_remove_handle(multi, transfer.easy)
      transfer.finish(throwing: HTTPError(.connectionLost, url: transfer.request.url, detail: reason))
    }
    running = [:]
  }
}
