/// An array as PostgreSQL reads it from a text: how many rows go into one statement.
struct PostgresArray {
  private(set) var text = "{"
  private(set) var count = 0

  init() {}

  init(_ elements: some Sequence<String>) {
    for element in elements { append(element) }
  }

  /// Closed; an array can't grow any more once it is a parameter.
  var parameter: String { text + "}" }

  mutating func append(_ element: String?) {
    if count > 0 { text += "," }
    count += 1
    guard let element else {
      text += "NULL"
      return
    }
    text += "\""
    var plain = element.utf8.startIndex
    for index in element.utf8.indices where element.utf8[index] == 0x22 || element.utf8[index] == 0x5C {
      text += element[plain..<index]
      text += "\\"
      plain = index
    }
    text += element[plain...]
    text += "\""
  }
}

/// The columns of rows that go into one statement, each an array.
struct PostgresColumns {
  private var columns: [PostgresArray]

  init(_ count: Int) { columns = Array(repeating: PostgresArray(), count: count) }

  var isEmpty: Bool { columns.first?.count == 0 }
  var parameters: [String] { columns.map(\.parameter) }

  mutating func append(_ row: [String?]) {
    for (index, value) in row.enumerated() { columns[index].append(value) }
  }
}
