package import Document
package import OrderedCollections

/// What is to become of a part of a text, the rest of which stays as it is written.
package indirect enum TreeEdit: Sendable {
  case keep
  case set(Value)
  /// A list's items, each one that there was or a new one.
  case items([Item])
  /// A map's members; those that aren't named go.
  case members(OrderedDictionary<String, TreeEdit>)

  package enum Item: Sendable {
    /// The item that was at an index, changed.
    case old(Int, TreeEdit)
    case new(Value)
  }
}

extension YAMLTree {
  /// The tree with a part of it changed; nil when the part isn't written here in a form that can be.
  ///
  /// A change of nil takes the member away that the path leads to; a member that isn't there yet is added to its map.
  package func editing(_ path: some Collection<String>, _ edit: TreeEdit?) -> YAMLTree? {
    guard let name = path.first else { return edit.flatMap(applying) }
    guard tag == nil, var members else { return nil }
    let rest = path.dropFirst()
    var tree = self
    if let index = members.firstIndex(where: { $0.key.text == name }) {
      if rest.isEmpty, edit == nil {
        members.remove(at: index)
      } else {
        guard let changed = members[index].value.editing(rest, edit) else { return nil }
        members[index].value = changed
      }
    } else {
      guard rest.isEmpty, let edit, let added = YAMLTree(Value.null).applying(edit) else { return nil }
      members.append(Member(key: Scalar(name), value: added))
    }
    tree.content = .map(members)
    return tree
  }

  private func applying(_ edit: TreeEdit) -> YAMLTree? {
    var tree = self
    switch edit {
    case .keep: return self
    case .set(let value):
      tree = YAMLTree(value)
      tree.remarks = remarks
      tree.isFlow = isFlow
    case .items(let wanted):
      guard tag == nil, let items else { return nil }
      var changed: [YAMLTree] = []
      for item in wanted {
        switch item {
        case .new(let value): changed.append(YAMLTree(value))
        case .old(let index, let edit):
          guard items.indices.contains(index), let item = items[index].applying(edit) else { return nil }
          changed.append(item)
        }
      }
      tree.content = .list(changed)
    case .members(let wanted):
      guard tag == nil, members != nil else { return nil }
      for member in members ?? [] where wanted[member.key.text] == nil {
        guard let less = tree.editing([member.key.text], nil) else { return nil }
        tree = less
      }
      for (name, edit) in wanted {
        guard let changed = tree.editing([name], edit) else { return nil }
        tree = changed
      }
    }
    return tree
  }
}
