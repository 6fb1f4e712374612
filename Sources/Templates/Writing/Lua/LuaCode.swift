/// A piece of a Lua program that knows how wide it is on one line, so that laying it out is linear.
struct LuaCode {
  indirect enum Kind {
    /// A literal, a name, or the like, which isn't broken.
    case text(String)
    /// A function, and what it is called with.
    case call(String, [LuaCode])
    case table([(key: String?, value: LuaCode)])
    /// Operands with an operator between them.
    case chain(String, [LuaCode])
  }

  /// How wide a line may be.
  static let limit = 100
  private static let endless = 100_000

  let kind: Kind
  /// The width on one line; endless when it can't be on one.
  let width: Int

  init(_ text: String) {
    kind = .text(text)
    width = text.utf8.contains(UInt8(ascii: "\n")) ? Self.endless : text.utf8.count
  }

  init(call function: String, _ arguments: [LuaCode]) {
    kind = .call(function, arguments)
    width = Self.sum(arguments.map { $0.width + 2 }, function.utf8.count)
  }

  init(table members: [(key: String?, value: LuaCode)]) {
    kind = .table(members)
    width = Self.sum(members.map { $0.value.width + ($0.key?.utf8.count ?? 0) + 5 }, 4)
  }

  init(_ operator: String, _ operands: [LuaCode]) {
    kind = .chain(`operator`, operands)
    width = Self.sum(operands.map { $0.width + `operator`.utf8.count + 2 }, 0)
  }

  private static func sum(_ widths: [Int], _ start: Int) -> Int {
    widths.reduce(start) { min($0 + $1, endless) }
  }

  /// Whether operators around it need no parentheses.
  var isOperand: Bool { if case .chain = kind { false } else { true } }

  var isTable: Bool { if case .table = kind { true } else { false } }
}

extension LuaCode {
  /// Writes it where a line has so many columns used; further lines are indented.
  func write(to text: inout String, indent: Int, used: Int) {
    switch kind {
    case .text(let own): text += own
    case .call(let function, let arguments): write(function, arguments, to: &text, indent, used)
    case .table(let members): write(members, to: &text, indent, used)
    case .chain(let name, let operands):
      let fits = used + width <= Self.limit
      let separator = fits ? " \(name) " : "\n" + String(repeating: " ", count: indent + 2) + "\(name) "
      for (index, operand) in operands.enumerated() {
        if index > 0 { text += separator }
        let isBare = operand.isOperand
        if !isBare { text += "(" }
        operand.write(to: &text, indent: indent + 2, used: fits ? 0 : indent + 2)
        if !isBare { text += ")" }
      }
    }
  }

  /// A call on one line, or with its last argument, a table or call, broken, or with a line for each argument.
  private func write(
    _ function: String, _ arguments: [LuaCode], to text: inout String, _ indent: Int, _ used: Int
  ) {
    let fits = used + width <= Self.limit
    let head = arguments.dropLast().reduce(used + function.utf8.count + 1) { min($0 + $1.width + 2, 100_000) }
    let isHugging = fits || head < Self.limit - 10
    text += function + "("
    for (index, argument) in arguments.enumerated() {
      if isHugging {
        if index > 0 { text += ", " }
        let column = fits ? 0 : index == arguments.count - 1 ? head : 0
        argument.write(to: &text, indent: indent, used: column)
      } else {
        text += "\n" + String(repeating: " ", count: indent + 2)
        argument.write(to: &text, indent: indent + 2, used: indent + 2)
        if index < arguments.count - 1 { text += "," }
      }
    }
    text += isHugging ? ")" : "\n" + String(repeating: " ", count: indent) + ")"
  }

  private func write(
    _ members: [(key: String?, value: LuaCode)], to text: inout String, _ indent: Int, _ used: Int
  ) {
    guard !members.isEmpty else {
      text += "{}"
      return
    }
    let fits = used + width <= Self.limit
    let margin = String(repeating: " ", count: indent + 2)
    text += fits ? "{ " : "{\n"
    for (index, member) in members.enumerated() {
      if !fits { text += margin }
      if let key = member.key { text += key + " = " }
      let column = indent + 2 + (member.key.map { $0.utf8.count + 3 } ?? 0)
      member.value.write(to: &text, indent: indent + 2, used: fits ? 0 : column)
      if !fits { text += ",\n" } else if index < members.count - 1 { text += ", " }
    }
    text += fits ? " }" : String(repeating: " ", count: indent) + "}"
  }
}
