import CEvents
import Glibc

/// Questions on their way.
extension LoopCore {
  /// Probes a check, over the connection that was kept for it if there is one.
  mutating func probe(_ key: Monitor.Key) {
    guard let row = row(of: key) else { return }
    guard row.kept >= 0 else { return begin(row.question, for: .check(key), timeout: row.timeout) }
    let index = Int(row.kept)
    rows[key.index]?.kept = -1
    keptCount -= 1
    exchanges[index].reader = HTTPReader()
    deadlines.set(index, due: now + row.timeout)
    startSending(index)
  }

  /// Asks a question.
  mutating func begin(_ question: Question, for asker: Exchange.Asker, timeout: Int64) {
    let index = freeExchanges.popLast() ?? exchanges.count
    if index == exchanges.count { exchanges.append(Exchange()) }
    exchanges[index].asker = asker
    exchanges[index].question = question
    exchanges[index].timeout = timeout
    exchanges[index].reader = HTTPReader()
    if case .single(let number) = asker { single[number] = index }
    deadlines.set(index, due: now + timeout)
    switch question.kind {
    case .nothing: conclude(index, .unknown("nothing is asked"))
    case .connection, .page, .name: open(index)
    }
  }

  /// Opens the exchange's connection, as soon as its address is known.
  private mutating func open(_ index: Int) {
    let question = exchanges[index].question
    exchanges[index].phase = .naming
    if let address = question.address ?? address(of: question.host, for: index) { connect(index, address) }
  }

  mutating func connect(_ index: Int, _ address: SocketAddress) {
    let type = exchanges[index].question.isDatagram ? SOCK_DGRAM : SOCK_STREAM
    let descriptor = socket(
      address.family, Int32(type.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return conclude(index, Outcome(socketError: errno)) }
    exchanges[index].descriptor = descriptor
    exchanges[index].phase = .connecting
    let code = address.connect(descriptor, port: exchanges[index].question.port)
    guard code == 0 || code == EINPROGRESS else { return conclude(index, Outcome(socketError: code)) }
    // On this machine it may be connected at once, and then nothing more is waited for.
    if code == 0, case .connection = exchanges[index].question.kind { return conclude(index, .up) }
    let token = UInt64(exchanges[index].turn) << 32 | UInt64(index)
    guard queue.add(descriptor, token) else { return conclude(index, Outcome(socketError: errno)) }
    if code == 0 { didConnect(index) }
  }

  // MARK: - On the way

  /// Goes on with an exchange whose connection has changed.
  mutating func advance(_ index: Int, _ readiness: UInt32) {
    let isBroken = readiness & (cevents_closed.rawValue | cevents_failed.rawValue) != 0
    switch exchanges[index].phase {
    case .connecting:
      if isBroken, let code = error(of: exchanges[index].descriptor) {
        return conclude(index, Outcome(socketError: code))
      }
      if readiness & cevents_out.rawValue != 0 { didConnect(index) }
    case .sending: if isBroken || readiness & cevents_out.rawValue != 0 { send(index) }
    case .receiving:
      if isBroken || readiness & cevents_in.rawValue != 0 { receive(index, untilClosed: isBroken) }
    case .kept: if isBroken || readiness & cevents_in.rawValue != 0 { release(index) }
    case .free, .naming: break
    }
  }

  private func error(of descriptor: Int32) -> Int32? {
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
    return code == 0 ? nil : code
  }

  private mutating func didConnect(_ index: Int) {
    switch exchanges[index].question.kind {
    case .page: startSending(index)
    case .name(let question): sendName(index, question)
    case .connection, .nothing: conclude(index, .up)
    }
  }

  private mutating func startSending(_ index: Int) {
    exchanges[index].phase = .sending
    exchanges[index].sent = 0
    send(index)
  }

  private mutating func send(_ index: Int) {
    guard case .page(let page) = exchanges[index].question.kind else { return }
    let (descriptor, sent) = (exchanges[index].descriptor, exchanges[index].sent)
    let count = page.request.withUnsafeBytes { bytes in
      Glibc.send(descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
    }
    guard count >= 0 else {
      if errno != EAGAIN { didBreak(index, Outcome(socketError: errno)) }
      return
    }
    exchanges[index].sent += count
    if exchanges[index].sent == page.request.count { exchanges[index].phase = .receiving }
  }

  private mutating func sendName(_ index: Int, _ question: NameQuestion) {
    let message = question.message(number(of: index))
    exchanges[index].phase = .receiving
    let count = Glibc.send(exchanges[index].descriptor, message, message.count, Int32(MSG_NOSIGNAL))
    if count < 0 { conclude(index, Outcome(socketError: errno)) }
  }

  /// What tells the answer to an exchange's message from others.
  private func number(of index: Int) -> UInt16 {
    UInt16(truncatingIfNeeded: (exchanges[index].turn &* 40_503) ^ UInt32(truncatingIfNeeded: index))
  }

  private mutating func receiveName(_ index: Int, _ question: NameQuestion) {
    while true {
      let count = recv(exchanges[index].descriptor, buffer.baseAddress, buffer.count, 0)
      guard count >= 0 else {
        if errno != EAGAIN { conclude(index, Outcome(socketError: errno)) }
        return
      }
      let message = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      if let outcome = question.outcome(message, number(of: index)) { return conclude(index, outcome) }
    }
  }

  private mutating func receive(_ index: Int, untilClosed: Bool) {
    if case .name(let question) = exchanges[index].question.kind { return receiveName(index, question) }
    guard case .page(let page) = exchanges[index].question.kind else { return }
    while true {
      let count = recv(exchanges[index].descriptor, buffer.baseAddress, buffer.count, 0)
      guard count >= 0 else {
        if errno != EAGAIN { didBreak(index, Outcome(socketError: errno)) }
        return
      }
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      let progress = count == 0 ? exchanges[index].reader.finish() : exchanges[index].reader.feed(bytes, page)
      switch progress {
      case .done: return complete(index, page)
      case .failed(let reason): return didBreak(index, .down(reason))
      case .more: if count < buffer.count, !untilClosed { return }
      }
    }
  }

  /// Ends an exchange whose connection broke; one that the server had given up since the last time is opened again.
  private mutating func didBreak(_ index: Int, _ outcome: Outcome) {
    guard exchanges[index].isUsed, !exchanges[index].reader.hasBegun else { return conclude(index, outcome) }
    close(exchanges[index].descriptor)
    exchanges[index].isUsed = false
    exchanges[index].descriptor = -1
    exchanges[index].turn &+= 1
    open(index)
  }

  // MARK: - Ends

  mutating func timeOut(_ index: Int) {
    let span = Duration.nanoseconds(exchanges[index].timeout).phrase
    switch exchanges[index].phase {
    case .free, .kept: break
    case .naming: conclude(index, .unknown("\(exchanges[index].question.host) wasn't found within \(span)"))
    case .connecting: conclude(index, .down("no connection within \(span)"))
    case .sending, .receiving: conclude(index, .down("no answer within \(span)"))
    }
  }

  /// Tells the answer, and keeps the connection where that is wanted.
  private mutating func complete(_ index: Int, _ page: PageQuestion) {
    let outcome = exchanges[index].reader.outcome(page)
    guard exchanges[index].reader.keepsAlive, keptCount < limits.kept,
      case .check(let key) = exchanges[index].asker,
      case .page(let present) = row(of: key)?.question.kind, present === page
    else { return conclude(index, outcome) }
    deadlines.cancel(index)
    exchanges[index].phase = .kept
    exchanges[index].isUsed = true
    rows[key.index]?.kept = Int32(index)
    keptCount += 1
    tell(outcome, to: .check(key))
  }

  mutating func conclude(_ index: Int, _ outcome: Outcome) {
    let asker = exchanges[index].asker
    release(index)
    tell(outcome, to: asker)
  }

  private mutating func tell(_ outcome: Outcome, to asker: Exchange.Asker) {
    report.probes += 1
    if outcome.isDown { report.failures += 1 }
    switch asker {
    case .check(let key):
      if let finding = monitor.observe(outcome, of: key, at: now) { findings.append(finding) }
    case .single(let number):
      single[number] = nil
      mailbox.answer(number, outcome)
    }
  }

  /// Closes an exchange's connection, and frees its place.
  mutating func release(_ index: Int) {
    if exchanges[index].phase == .kept {
      keptCount -= 1
      if case .check(let key) = exchanges[index].asker, row(of: key) != nil { rows[key.index]?.kept = -1 }
    }
    if exchanges[index].descriptor >= 0 {
      // A reset leaves no port waiting on this side, of which there are only some ten thousand.
      var linger = linger(l_onoff: 1, l_linger: 0)
      setsockopt(
        exchanges[index].descriptor, SOL_SOCKET, SO_LINGER, &linger,
        socklen_t(MemoryLayout<Glibc.linger>.size))
      close(exchanges[index].descriptor)
    }
    deadlines.cancel(index)
    exchanges[index] = Exchange(turn: exchanges[index].turn &+ 1)
    freeExchanges.append(index)
  }
}
