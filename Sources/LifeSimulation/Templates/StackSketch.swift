import Document
import OrderedCollections
import Templates

/// A random template, as what it was drawn from: so it can be changed a little.
struct StackSketch: Sendable, Hashable {
  var parameters: OrderedDictionary<String, Int> = [:]
  var resources: OrderedDictionary<String, ResourceSketch> = [:]
  /// The test resources that are to fail.
  var failing: Set<String> = []
  /// New logical IDs by old ones.
  var moved: OrderedDictionary<String, String> = [:]
  /// Whether it is of a stack inside another.
  var isInside = false
  /// Counts the resources that were ever drawn, so that no name comes again.
  var drawn = 0

  var hasNetworks: Bool {
    resources.values.contains { $0.kind == .network || $0.inner?.hasNetworks ?? false || isInside }
  }

  var parameterValues: OrderedDictionary<String, Value> { parameters.mapValues { .string("p\($0)") } }

  /// The template; `prefix` sets its names apart from those of other templates of the life.
  func text(prefix: String) -> Value {
    var fields: OrderedDictionary<String, Value> = ["AWSTemplateFormatVersion": "2010-09-09"]
    if !moved.isEmpty { fields["Metadata"] = ["Kiln::Moved": .map(moved.mapValues { .string($0) })] }
    if !parameters.isEmpty {
      fields["Parameters"] = .map(parameters.mapValues { _ -> Value in ["Type": "String", "Default": "p"] })
    }
    fields["Resources"] = .map(
      OrderedDictionary(
        uniqueKeysWithValues: resources.map { id, resource in
          (id, resource.text("\(prefix)\(id)", of: self))
        }))
    fields["Outputs"] = .map(outputs)
    return .map(fields)
  }

  private var outputs: OrderedDictionary<String, Value> {
    var outputs: OrderedDictionary<String, Value> = [:]
    for (id, resource) in resources where resource.variant.isMultiple(of: 2) {
      outputs["Out\(id)"] = ["Value": ["Ref": .string(id)]]
    }
    return outputs
  }
}

// MARK: - Drawing

extension StackSketch {
  /// Adds a resource of a kind with all that it can't do without.
  ///
  /// - Returns: Its logical ID.
  @discardableResult
  mutating func add(_ kind: SketchKind, _ lots: Lots, depth: Int = 0) -> String {
    var resource = ResourceSketch(kind: kind)
    resource.small = lots.below(3)
    resource.large = lots.below(3)
    resource.variant = lots.below(24)
    for end in kind.ends where end.isNeeded || lots.isDrawn(0.5) {
      if let there = lots.pick(free(end)), lots.isDrawn(0.8) {
        resource.ends[end.word] = there
      } else if end.isNeeded, let needed = lots.pick(end.kinds) {
        resource.ends[end.word] = add(needed, lots, depth: depth)
      }
    }
    if lots.isDrawn(0.15) { resource.after = lots.some(Array(resources.keys), most: 2) }
    if lots.isDrawn(0.2) { resource.parameter = lots.pick(Array(parameters.keys)) }
    if SketchKind.retainable.contains(kind), lots.isDrawn(0.05) { resource.isRetained = true }
    switch kind {
    case .stack:
      resource.inner = StackSketch(lots, most: 4, kinds: SketchKind.inside(depth), depth: depth + 1)
    case .resourceGroup, .scalingGroup:
      var inner = StackSketch()
      inner.isInside = true
      inner.add(lots.pick(SketchKind.members) ?? .value, lots, depth: depth + 1)
      resource.inner = inner
    default: break
    }
    drawn += 1
    let id = "R\(drawn)\(kind.rawValue)"
    resources[id] = resource
    return id
  }

  /// A template of up to about so many resources.
  init(_ lots: Lots, most: Int, kinds: [SketchKind] = SketchKind.allCases, depth: Int = 0) {
    self.init()
    isInside = depth > 0
    for number in 0..<lots.below(3) { parameters["P\(number)"] = lots.below(3) }
    for _ in 0..<1 + lots.below(most) { add(lots.pick(kinds) ?? .value, lots, depth: depth) }
  }

  /// What an end can be: of the right kind, and nobody else's where only one may have it.
  private func free(_ end: SketchKind.End) -> [String] {
    let taken = Set(resources.values.flatMap { $0.exclusiveEnds })
    return resources.filter {
      end.kinds.contains($0.value.kind) && !(end.isExclusive && taken.contains($0.key))
    }
    .map(\.key)
  }

  /// The template with some of it changed.
  func changed(_ lots: Lots) -> StackSketch {
    var next = self
    next.moved = [:]
    next.failing = []
    for _ in 0..<1 + lots.below(4) { next.change(lots) }
    return next
  }

  private mutating func change(_ lots: Lots) {
    guard let id = lots.pick(Array(resources.keys)) else {
      add(lots.pick(SketchKind.allCases) ?? .value, lots)
      return
    }
    switch lots.below(10) {
    case 0, 1: add(lots.pick(SketchKind.allCases) ?? .value, lots)
    case 2: remove(id)
    case 3: move(id)
    case 4: resources[id]?.large += 1
    case 5: if let name = lots.pick(Array(parameters.keys)) { parameters[name, default: 0] += 1 }
    case 6: redirect(id, lots)
    case 7 where resources[id].map { SketchKind.retainable.contains($0.kind) } ?? false:
      resources[id]?.isRetained.toggle()
    case 8 where resources[id]?.inner != nil:
      let changed = resources[id]?.inner?.changed(lots)
      resources[id]?.inner = changed
    default: resources[id]?.small += 1
    }
  }

  /// Takes a resource away, with all that can't do without it.
  mutating func remove(_ id: String) {
    resources[id] = nil
    for (other, resource) in resources {
      for (word, end) in resource.ends where end == id {
        let isNeeded = resource.kind.ends.contains { $0.word == word && $0.isNeeded }
        if isNeeded { remove(other) } else { resources[other]?.ends[word] = nil }
      }
      resources[other]?.after.removeAll { $0 == id }
    }
  }

  /// Gives a resource another logical ID, and says so.
  private mutating func move(_ id: String) {
    guard let resource = resources[id], moved[id] == nil, !moved.values.contains(id) else { return }
    drawn += 1
    let new = "M\(drawn)\(resource.kind.rawValue)"
    moved[id] = new
    resources = OrderedDictionary(
      uniqueKeysWithValues: resources.map { old, resource in
        var resource = resource
        resource.ends = resource.ends.mapValues { $0 == id ? new : $0 }
        resource.after = resource.after.map { $0 == id ? new : $0 }
        return (old == id ? new : old, resource)
      })
  }

  /// Makes a resource refer to another than before.
  private mutating func redirect(_ id: String, _ lots: Lots) {
    guard let resource = resources[id], let end = lots.pick(resource.kind.ends) else { return }
    // Only to what was drawn before it: else there could be a circle.
    let earlier = Set(resources.keys.prefix { $0 != id })
    if let there = lots.pick(free(end).filter { earlier.contains($0) }) {
      resources[id]?.ends[end.word] = there
    } else if !end.isNeeded {
      resources[id]?.ends[end.word] = nil
    }
  }
}

extension ResourceSketch {
  var exclusiveEnds: [String] {
    kind.ends.filter(\.isExclusive).compactMap { ends[$0.word] }
  }
}

extension SketchKind {
  /// What may be in a stack inside another: no deeper stacks from the second on.
  static func inside(_ depth: Int) -> [SketchKind] {
    allCases.filter { depth < 1 || ![.stack, .resourceGroup, .scalingGroup, .scalingPolicy].contains($0) }
  }

  /// What hinders nothing else from being deleted when it stays.
  static let retainable: Set<SketchKind> = [.value, .random, .volume, .ec2Volume, .keyPair, .serverGroup]

  static let members: [SketchKind] = [.value, .random, .test, .volume, .group, .port, .address, .server]
}
