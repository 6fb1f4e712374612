/// Some values, of which there is one as a rule: that takes no place of its own.
package enum Few<Element: Sendable>: Sendable {
  case one(Element)
  case many([Element])

  package init(_ elements: [Element]) {
    if let first = elements.first, elements.count == 1 { self = .one(first) } else { self = .many(elements) }
  }
}

extension Few: RandomAccessCollection, MutableCollection {
  package var startIndex: Int { 0 }

  package var endIndex: Int {
    switch self {
    case .one: 1
    case .many(let all): all.count
    }
  }

  package subscript(index: Int) -> Element {
    get {
      switch self {
      case .one(let element):
        precondition(index == 0)
        return element
      case .many(let all): return all[index]
      }
    }
    set {
      switch self {
      case .one:
        precondition(index == 0)
        self = .one(newValue)
      case .many(var all):
        self = .many([])
        all[index] = newValue
        self = .many(all)
      }
    }
  }
}
