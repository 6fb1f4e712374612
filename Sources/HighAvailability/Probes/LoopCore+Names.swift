/// The addresses of names.
extension LoopCore {
  /// How many names are remembered before those that are out of date are forgotten.
  private static let nameLimit = 10_000

  /// The address of a name, if it is known; else the exchange goes on when it is.
  ///
  /// One that is out of date is used until the name has been looked up anew.
  mutating func address(of name: String, for index: Int) -> SocketAddress? {
    var known = addresses[name] ?? Name()
    defer { addresses[name] = known }
    if known.expiry <= now, !known.isAsked {
      known.isAsked = true
      names.lookUp(name) { [mailbox] answer in mailbox.post(.looked(name: name, answer)) }
    }
    if known.address == nil { known.waiting.append((index, exchanges[index].turn)) }
    return known.address
  }

  /// Takes what a name was found to be, and goes on with those who wait for it.
  mutating func take(_ answer: NameResolver.Answer, of name: String) {
    guard var known = addresses[name] else { return }
    let waiting = known.waiting
    known.waiting = []
    known.isAsked = false
    if case .success(let address) = answer {
      known.address = address
      known.expiry = now + Self.nameLife
    }
    addresses[name] = known
    if addresses.count > Self.nameLimit {
      addresses = addresses.filter { $0.value.isAsked || $0.value.expiry > now }
    }
    for (index, turn) in waiting where exchanges[index].turn == turn && exchanges[index].phase == .naming {
      switch answer {
      case .success(let address): connect(index, address)
      case .failure(let failure): conclude(index, .unknown(failure.reason))
      }
    }
  }
}
