/// What a name server is to know.
package struct NameQuery: Sendable, Hashable {
  package var name: String
  package var record: NameRecord
  /// An address that must be among the answers.
  package var address: String?
  package var port: Int

  package init(_ name: String, _ record: NameRecord = .a, address: String? = nil, port: Int = 53) {
    self.name = name
    self.record = record
    self.address = address
    self.port = port
  }

  func question(at server: String) -> Question? {
    .name(name, record, address: address, at: server, port: port)
  }

  func validate(_ refuse: (String, String?) -> HAError) throws(HAError) {
    guard (1...65_535).contains(port) else { throw refuse("asks port \(port)", "a port is from 1 to 65535") }
    if let address, SocketAddress(numeric: address) == nil {
      throw refuse("wants the address \(address)", "an address is numeric, such as 10.0.0.5")
    }
    guard question(at: "") != nil else {
      throw refuse(
        "asks for the name \"\(name)\"", "a name is of labels of 1 to 63 characters with dots between")
    }
  }
}
